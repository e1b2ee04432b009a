/**
 * Which of several plans is meant by `--memory` and `--cycles`: the fastest of those that keep to so many bytes, the smallest of those that keep to
 * so many cycles.
 *
 * Plans come one by one, each about smaller and slower than the one before, and finding each takes as long as planning a program. So none is
 * looked at that can hardly be better than what has been found. The front of a program is made of what this finds, among the same plans: so each
 * of its points is found again by whoever asks for it.
 */
import type { Plan } from '../plan.ts';

/** What a plan takes: bytes on the fullest tile, and cycles of all programs, each run once. */
export interface Figures {
  readonly bytes: number;
  readonly cycles: number;
}

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

/** After the first plan that is small enough so many more are looked at, and so many that are too slow in a row. */
const further = 2;

/** The plan that is meant: the first, which is at hand, or one of those that come one by one on several ways; undefined where none keeps to that. */
export function bestAmong<Each extends Figures>(
  first: Each | undefined,
  ways: readonly Iterable<Each>[],
  wanted: Wanted,
): Each | undefined {
  const found = [...(first && keepsTo(first, wanted) ? [first] : []), ...ways.flatMap(way => walk(way, wanted) ?? [])];
  return found.reduce<Each | undefined>(
    (best, each) => (best && !isBetter(each, best, wanted) ? best : each),
    undefined,
  );
}

/** All plans that {@link bestAmong} finds for some size and that no other of them beats, the fastest first. Each is what is found for its own size. */
export function frontAmong<Each extends Figures>(
  first: Each | undefined,
  ways: readonly (readonly Each[])[],
): readonly Each[] {
  const all = [...(first ? [first] : []), ...ways.flat()];
  return unbeaten(all.flatMap(({ bytes }) => bestAmong(first, ways, { memory: bytes }) ?? []));
}

/** The plan that is meant of those of one way. */
function walk<Each extends Figures>(plans: Iterable<Each>, wanted: Wanted): Each | undefined {
  let best: Each | undefined;
  let left = further;
  for (const plan of plans) {
    if (keepsTo(plan, wanted) && (!best || isBetter(plan, best, wanted))) best = plan;
    if (wanted.memory === undefined) left = keepsTo(plan, wanted) ? further : left - 1;
    else if (plan.bytes <= wanted.memory) left--;
    if (left < 0) break;
  }
  return best;
}

export function keepsTo({ bytes, cycles }: Figures, wanted: Wanted): boolean {
  return bytes <= (wanted.memory ?? Number.POSITIVE_INFINITY) && cycles <= (wanted.cycles ?? Number.POSITIVE_INFINITY);
}

/** Of two plans that keep to what is wanted. */
export function isBetter(a: Figures, b: Figures, { memory }: Wanted): boolean {
  const bySpeed = a.cycles - b.cycles;
  const bySize = a.bytes - b.bytes;
  return (memory === undefined ? bySize || bySpeed : bySpeed || bySize) < 0;
}

/** Those that no other beats: none takes no more of both, and less of one. The smallest last; of equal ones, the first. */
function unbeaten<Each extends Figures>(plans: readonly Each[]): readonly Each[] {
  const bySpeed = plans.toSorted((a, b) => a.cycles - b.cycles || a.bytes - b.bytes);
  let least = Number.POSITIVE_INFINITY;
  return bySpeed.filter(({ bytes }) => {
    const isSmaller = bytes < least;
    if (isSmaller) least = bytes;
    return isSmaller;
  });
}
