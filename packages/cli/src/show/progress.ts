/**
 * Shows on one line of the terminal how far a long compilation is. The compiler keeps its thread busy, so a second thread draws the line;
 * it learns the stage from shared memory.
 */
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Stream } from '../io.ts';
import { eraseLine, state, type TickerData } from './ticker.ts';

export interface Progress {
  /** To be called when `stage` is done. */
  readonly after: (stage: string) => void;
  /** Erases the line. */
  readonly end: () => void;
}

const patienceMilliseconds = 1000;
const none: Progress = { after: () => {}, end: () => {} };

/**
 * Begins to show progress. `stages`, in their order, tell what comes after each. Nothing is shown during the first `patience` milliseconds,
 * nor if `stream` is not a terminal.
 */
export function showProgress(stream: Stream, stages: readonly string[], patience = patienceMilliseconds): Progress {
  const { isTerminal, descriptor } = stream;
  if (!isTerminal || descriptor === undefined) return none;
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const workerData: TickerData = { shared, stages, descriptor, patience };
  const worker = new Worker(new URL(import.meta.url.replace(/progress(?=\.[jt]s)/, 'ticker')), { workerData });
  worker.unref();
  return {
    after: stage => void Atomics.store(shared, state.stage, stages.indexOf(stage) + 1),
    end: () => {
      if (stop(shared)) writeSync(descriptor, eraseLine);
      void worker.terminate();
    },
  };
}

/** Waits until a line that is being drawn is finished and makes sure that no other follows. Returns whether any was drawn. */
function stop(shared: Int32Array): boolean {
  for (;;) {
    const found = Atomics.load(shared, state.drawing);
    if (found === state.ended) return false;
    if (found === state.busy) Atomics.wait(shared, state.drawing, state.busy, 10);
    else if (Atomics.compareExchange(shared, state.drawing, found, state.ended) === found) return found === state.shown;
  }
}
