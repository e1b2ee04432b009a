/** Compiling in a worker. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const worker = [
  {
    code: 'compile-aborted',
    title: 'a compilation that is no longer wanted',
    text: 'The signal that was given to compileAsync was aborted; its worker is gone.',
  },
  {
    code: 'no-worker',
    title: 'a host where no worker compiles',
    text: 'A worker is started by compileAsync from a file of its package. There may be none on this host, the policy of a page may forbid it (worker-src), or a bundler may have left the file behind: bundlers that know `new Worker(new URL(…))` take it along, for others it is an entry of its own.',
  },
] as const satisfies readonly Explanation[];
