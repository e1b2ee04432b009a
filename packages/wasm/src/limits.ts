/** What a WebAssembly memory can hold, and how many threads may share one. */
import { type BackendLimits, mostThreads, wasmMemoryLimitBytes, wasmPageBytes } from '@tessera-dnn/machine';

export const limits: BackendLimits = {
  memory: 'a WebAssembly memory',
  pageBytes: wasmPageBytes,
  memoryBytes: wasmMemoryLimitBytes,
  threads: mostThreads,
};
