/**
 * One line on the terminal that says how far a long compilation is. The compiler keeps the thread, so there is nothing to animate: the
 * line is written anew after each stage, and only once a second has passed.
 */
import type { Stream } from '../io.ts';

export interface Progress {
  /** `stage` is done. */
  readonly after: (stage: string) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const patienceMilliseconds = 1000;
const eraseLine = '\r\u001b[2K';

/** `stages` in their order tell what comes next; unknown ones are shown as what was done last. */
export function showProgress(stream: Stream, stages: readonly string[], now = () => performance.now()): Progress {
  if (!stream.isTerminal) return { after: () => {}, end: () => {} };
  const begin = now();
  let shown = false;
  return {
    after: stage => {
      const elapsed = now() - begin;
      if (elapsed < patienceMilliseconds) return;
      const next = stages[stages.indexOf(stage) + 1];
      const doing = next === undefined || !stages.includes(stage) ? `${stage} done` : `${next} …`;
      stream.write(`${eraseLine}${(elapsed / 1000).toFixed(1)} s  ${doing}`);
      shown = true;
    },
    end: () => {
      if (shown) stream.write(eraseLine);
      shown = false;
    },
  };
}
