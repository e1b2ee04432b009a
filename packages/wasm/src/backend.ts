/** WebAssembly as a back end: one file that runs with nothing but the WebAssembly API. */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { Backend } from '@tessera-dnn/machine';
import { compileCodelets } from './codelet/compile.ts';
import { limits } from './limits.ts';
import { link } from './link/link.ts';
import { emitText } from './text.ts';

export const wasm: Backend<KernelCode> = {
  name: 'wasm',
  limits,
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
