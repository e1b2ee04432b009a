/** Chips that run on several threads, or beside a page. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const threads = [
  {
    code: 'bad-threads',
    title: 'a number of threads that no chip can have',
    text: 'A chip runs on 1 to 64 threads. With auto it takes as many as the artifact was compiled for, and not more than the machine has cores.',
  },
  {
    code: 'fewer-threads',
    title: 'fewer threads than were asked for',
    text: 'An artifact runs on at most as many threads as `tessera compile --threads` was given. In a browser, threads can share a memory only in a page that is isolated from others: its server has to send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp. Results have the same bits, however many threads there are.',
  },
  {
    code: 'thread-lost',
    title: 'a thread that ended during the chip’s life',
    text: 'Something ended one of the workers on which the chip runs: the host ran out of memory, or a worker was terminated. Its part of the work is missing, so the chip gives no results any more. Load the artifact again; a training goes on from its last checkpoint.',
  },
  {
    code: 'chip-busy',
    title: 'a call while the chip runs a program',
    text: 'Between the call of runAsync and its answer, the chip’s memory changes all the time. Wait for the answer before you read or write. Several runAsync in a row wait for each other by themselves.',
  },
  {
    code: 'run-aborted',
    title: 'a run whose answer is no longer wanted',
    text: 'The signal that was given to runAsync was aborted. A program that runs already runs to its end, since what it updates must not be half updated; later runs wait for that.',
  },
  {
    code: 'disposed',
    title: 'a chip that was disposed of',
    text: 'A chip cannot run after `dispose()`, which ends its threads. Load the artifact again.',
  },
] as const satisfies readonly Explanation[];
