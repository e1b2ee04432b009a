/** WebAssembly as a back end: one file that runs with nothing but the WebAssembly API. */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import { type Backend, mostThreads, wasmMemoryLimitBytes, wasmPageBytes } from '@tessera-dnn/machine';
import { compileCodelets } from './codelet/compile.ts';
import { link } from './link/link.ts';
import { emitText } from './text.ts';

export const wasm: Backend<KernelCode> = {
  name: 'wasm',
  limits: {
    memory: 'a WebAssembly memory',
    pageBytes: wasmPageBytes,
    memoryBytes: wasmMemoryLimitBytes,
    threads: mostThreads,
  },
  compile: (kernels, options) => {
    const compiled = compileCodelets(kernels, options);
    return {
      sizes: compiled.sizes,
      features: compiled.features,
      link: image => link(compiled, image),
      print: image => emitText(compiled, image),
    };
  },
};
