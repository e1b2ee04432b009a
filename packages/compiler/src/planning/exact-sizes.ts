/** The back end itself, loaded when it is asked for. */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { Backend } from '@tessera-dnn/machine';

/** WebAssembly as a back end for `plan` and `check`, with its library of 15 MB: sizes of code to the byte. Rejects if that cannot be loaded. */
export async function exactSizes(): Promise<Backend<KernelCode>> {
  return (await import('@tessera-dnn/wasm')).wasm;
}
