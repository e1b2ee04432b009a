/** The plan that `--memory` and `--cycles` mean, and the front of those that they can mean. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { roundsTaken } from '@tessera-dnn/tiling';
import { type Attempt, attempt, levelsAtOnce } from '../attempt.ts';
import type { Code } from '../explain/catalogue.ts';
import type { Fitted } from '../fitted.ts';
import { bytesText } from '../live.ts';
import type { CompileOptions } from '../options.ts';
import type { Task } from '../task.ts';
import { type Figures, isBetter, meantOf, unbeaten, type Wanted } from './figures.ts';
import { type Point, pointsOf } from './points.ts';

/** What options ask of a plan; undefined where they ask for none. */
export function wantedOf({ memory, cycles }: CompileOptions): Wanted | undefined {
  return memory === undefined && cycles === undefined ? undefined : { memory, cycles };
}

/** The plan that is meant; where none keeps to what is wanted, an attempt that says so. */
export function choose(task: Task, wanted: Wanted): Fitted {
  const seen: Figures[] = [];
  const found = meantOf(
    hearing(pointsOf(task), ({ bytes, cycles }) => seen.push({ bytes, cycles })),
    wanted,
  );
  if (!found) return missing(task, wanted, seen);
  const { plan, level, kept, changed } = found;
  if (task.options.verify) found.verify();
  const decisions = new Map([[level, kept]]);
  const made: Attempt = { plan, misfits: [], placed: plan, level, decisions };
  return { attempt: made, level, kept: made, changed };
}

/** A point of a program's front. */
export interface FrontPoint extends Figures {
  /** How many operations do their work in rounds. */
  readonly inRounds: number;
  /** Whether values are computed again that the options leave open. */
  readonly recomputed: boolean;
  /** Which of the point's programs takes how long. */
  readonly programs: readonly { readonly program: string; readonly cycles: number }[];
}

/** Every plan that `memory` can mean and no other beats, the fastest first: each is meant by its own bytes. Empty where nothing fits. */
export function frontOf(task: Task): readonly FrontPoint[] {
  const { verify } = task.options;
  const kept = (point: Point): FrontPoint => {
    if (verify) point.verify();
    const { bytes, cycles, plan, changed } = point;
    const inRounds = roundsTaken(plan.decisions).length;
    return { bytes, cycles, inRounds, recomputed: changed.length > 0, programs: plan.report.cycles };
  };
  return unbeaten(Array.from(pointsOf(task), kept));
}

function* hearing<Each>(all: Iterable<Each>, hear: (each: Each) => void): Iterable<Each> {
  for (const each of all) {
    hear(each);
    yield each;
  }
}

/** Where nothing fits the chip at all, that is what is wrong. */
function missing(task: Task, wanted: Wanted, seen: readonly Figures[]): Fitted {
  const plain = attempt(task, [{ level: levelsAtOnce[0] }]);
  const misfits = seen.length > 0 ? [missed(wanted, seen)] : plain.misfits;
  const none: Attempt = { ...plain, plan: undefined, misfits };
  return { attempt: none, level: plain.level, kept: none, changed: [] };
}

/** An error that names the nearest of the plans that were found. */
export function missed(wanted: Wanted, seen: readonly Figures[]): Diagnostic<Code> {
  const { memory, cycles } = wanted;
  const small = seen.filter(({ bytes }) => bytes <= (memory ?? Number.POSITIVE_INFINITY));
  if (memory !== undefined && small.length === 0) {
    const least = nearestOf(seen, { cycles });
    return {
      code: 'memory-missed',
      severity: 'error',
      message: `no plan was found whose fullest tile takes at most ${bytesText(memory)}: the least takes ${bytesText(least.bytes)}, and ${cyclesText(least)}`,
      help: `ask for that with --memory ${least.bytes}; \`tessera memory --front\` shows what else there is`,
    };
  }
  const fastest = nearestOf(small, { memory: Number.POSITIVE_INFINITY });
  const within = memory === undefined ? '' : ` within ${bytesText(memory)}`;
  return {
    code: 'cycles-missed',
    severity: 'error',
    message: `no plan was found that takes at most ${(cycles ?? 0).toLocaleString('en-US')} cycles${within}: the fastest takes ${cyclesText(fastest)}, and ${bytesText(fastest.bytes)} on its fullest tile`,
    help: `ask for that with --memory ${fastest.bytes}; \`tessera memory --front\` shows what else there is`,
  };
}

function nearestOf(seen: readonly Figures[], by: Wanted): Figures {
  return seen.reduce((best, each) => (isBetter(each, best, by) ? each : best));
}

function cyclesText({ cycles }: Figures): string {
  return `${cycles.toLocaleString('en-US')} cycles`;
}
