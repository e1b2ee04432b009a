/** The thread that draws the line of progress while the compiler keeps the main thread busy. */
import { writeSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

/** The shared memory has two words: `drawing`, with one of the values `idle`, `busy`, `shown` and `ended`, and `stage`, an index. */
export const state = { drawing: 0, stage: 1, idle: 0, busy: 1, shown: 2, ended: 3 } as const;

export interface TickerData {
  readonly shared: Int32Array;
  readonly stages: readonly string[];
  /** The file descriptor of the terminal. */
  readonly descriptor: number;
  /** How many milliseconds pass before the first line. */
  readonly patience: number;
}

export const eraseLine = '\r\u001b[2K';
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMilliseconds = 100;

if (!isMainThread && workerData !== null && 'shared' in workerData) tick(workerData as TickerData);

function tick({ shared, stages, descriptor, patience }: TickerData): void {
  const begin = Date.now();
  Atomics.wait(shared, state.drawing, state.idle, patience);
  for (let frame = 0; begins(shared); frame++) {
    const seconds = ((Date.now() - begin) / 1000).toFixed(1);
    const stage = stages[Atomics.load(shared, state.stage)] ?? 'last things';
    writeSync(descriptor, `${eraseLine}${frames[frame % frames.length]} ${seconds} s  ${stage}`);
    Atomics.store(shared, state.drawing, state.shown);
    Atomics.notify(shared, state.drawing);
    Atomics.wait(shared, state.drawing, state.shown, frameMilliseconds);
  }
}

/** Takes the right to draw; false if the compilation has ended. */
function begins(shared: Int32Array): boolean {
  const found = Atomics.load(shared, state.drawing);
  return found !== state.ended && Atomics.compareExchange(shared, state.drawing, found, state.busy) === found;
}
