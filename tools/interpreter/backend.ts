/**
 * A second back end, which shows that the interface is enough: its artifact holds the image and the kernels as they are, and `start` runs it
 * in plain TypeScript. Kernels are interpreted with every operation rounded to f32 by itself, so the bits are those of strict WebAssembly.
 * It is for reading and for tests; it is some thousand times slower.
 */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { Backend } from '@tessera-dnn/machine';
import { encode } from './artifact.ts';
import { describe } from './describe.ts';

export const interpreter: Backend<KernelCode> = {
  name: 'interpreter',
  // Kernels have addresses of i32, which are signed here.
  limits: { memory: "the interpreter's memory", pageBytes: 16, memoryBytes: 2 ** 31 },
  compile: (kernels, { names }) => ({
    // Kernels belong to the host, so no tile holds code.
    sizes: kernels.map(() => 0),
    features: [],
    link: image => ({ ok: true, value: encode({ image, kernels }), diagnostics: [] }),
    print: image => describe(image, kernels, names),
  }),
};
