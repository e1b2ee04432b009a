/**
 * What plans take, and which of several is meant by `--memory` and `--cycles`: the fastest of those that keep to so many bytes, the smallest of those
 * that keep to so many cycles. The front is of the same plans, so that whoever asks for one of its points gets that.
 */
import type { Plan } from '../plan.ts';

/** What a plan takes: bytes on the fullest tile, and cycles of all programs, each run once. */
export interface Figures {
  readonly bytes: number;
  readonly cycles: number;
}

/** What a plan takes, cycles rounded to whole ones, as they are asked for. */
export function figuresOf({ report }: Pick<Plan, 'report'>): Figures {
  return {
    bytes: report.peakBytes,
    cycles: Math.round(report.cycles.reduce((sum, { cycles }) => sum + cycles, 0)),
  };
}

/** What a plan is to keep to. With both, the fastest is meant. */
export interface Wanted {
  readonly memory?: number;
  readonly cycles?: number;
}

/** The plan that is meant, of equally good ones the first; undefined where none keeps to what is wanted. */
export function meantOf<Each extends Figures>(plans: Iterable<Each>, wanted: Wanted): Each | undefined {
  let best: Each | undefined;
  for (const plan of plans) {
    if (keepsTo(plan, wanted) && (!best || isBetter(plan, best, wanted))) best = plan;
  }
  return best;
}

/** Whether a plan takes no more than what is wanted. */
export function keepsTo({ bytes, cycles }: Figures, wanted: Wanted): boolean {
  return bytes <= (wanted.memory ?? Number.POSITIVE_INFINITY) && cycles <= (wanted.cycles ?? Number.POSITIVE_INFINITY);
}

/** Of two plans that keep to what is wanted. */
export function isBetter(a: Figures, b: Figures, { memory }: Wanted): boolean {
  const bySpeed = a.cycles - b.cycles;
  const bySize = a.bytes - b.bytes;
  return (memory === undefined ? bySize || bySpeed : bySpeed || bySize) < 0;
}

/** Those that no other beats: none takes no more of both, and less of one. The fastest first; of equal ones, the first. */
export function unbeaten<Each extends Figures>(plans: readonly Each[]): readonly Each[] {
  const bySpeed = plans.toSorted((a, b) => a.cycles - b.cycles || a.bytes - b.bytes);
  let least = Number.POSITIVE_INFINITY;
  return bySpeed.filter(({ bytes }) => {
    const isSmaller = bytes < least;
    if (isSmaller) least = bytes;
    return isSmaller;
  });
}
