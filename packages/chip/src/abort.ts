/** Answers that nobody waits for any longer. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Failure, failed } from './outcome.ts';

/** What a run gives whose signal was aborted. */
export function aborted(program: string): Failure {
  return failed('run-aborted', `the run of ${program} was aborted`);
}

/** What `ended` gives, or `instead` if the signal is aborted before. */
export async function unlessAborted<T>(
  signal: AbortSignal,
  ended: Promise<Outcome<T>>,
  instead: Failure,
): Promise<Outcome<T>> {
  let stop = (): void => {};
  const stopped = new Promise<Failure>(resolve => {
    stop = () => resolve(instead);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([ended, stopped]).finally(() => signal.removeEventListener('abort', stop));
}
