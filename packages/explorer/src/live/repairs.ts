/** Changes that make a program fit: each was planned before it is told, with the sizes of code that the page guesses. */
import { type Plan, tryPlan } from '@tessera-dnn/compiler/planning';
import { isError } from '@tessera-dnn/diagnostics';
import { loadOf, type Order } from './answer.ts';
import { type Candidate, familiesFor, type Subject } from './candidates.ts';
import { optionsOf, type Settings } from './settings.ts';

/** A change after which the program was planned, and fits. */
export interface Repair {
  readonly what: string;
  /** As on the command line. */
  readonly flags: readonly string[];
  /** The order's settings with the change made. */
  readonly settings: Settings;
  /** What the fullest tile needs then, and how much less that is than before. */
  readonly peakBytes: number;
  readonly savedBytes: number;
  /** By how much the longest program takes longer; negative where it takes less. */
  readonly addedCycles: number;
}

/** The changes in the order in which they are found; of each kind the mildest. None where the program fits as it is, or cannot be planned. */
export function* repairsOf(order: Order): Generator<Repair> {
  const { source, settings } = order;
  const { chip, chipFile, tiles, sramBytes, workers, ...options } = settings;
  const spec = optionsOf(settings).chip!;
  const subject: Subject = { source, chip: spec, options };
  const now = planOf(order, subject);
  if (!now || now.fits) return;
  for (const family of familiesFor(subject, now.plan.report.peakBytes)) {
    for (const { what, flags, job } of family) {
      const then = planOf(order, job);
      if (!then?.fits) continue;
      yield {
        ...{ what, flags, settings: changed(settings, job, spec) },
        peakBytes: then.plan.report.peakBytes,
        savedBytes: now.plan.report.peakBytes - then.plan.report.peakBytes,
        addedCycles: longest(then.plan) - longest(now.plan),
      };
      break;
    }
  }
}

function planOf(
  order: Order,
  { source, chip, options }: Subject,
): { readonly plan: Plan; readonly fits: boolean } | undefined {
  const { placed, outcome } = tryPlan(source, { ...options, chip, load: loadOf(order) }, 'without-hints');
  return placed && { plan: placed, fits: outcome.ok && !outcome.diagnostics.some(isError) };
}

/** A candidate as settings: of the chip, only what was changed. */
function changed(
  { chip, chipFile, tiles, sramBytes, workers }: Settings,
  { chip: spec, options }: Candidate['job'],
  now: Subject['chip'],
): Settings {
  return {
    ...options,
    ...{ chip, chipFile, workers },
    tiles: spec.tiles === now.tiles ? tiles : spec.tiles,
    sramBytes: spec.sramBytes === now.sramBytes ? sramBytes : spec.sramBytes,
  };
}

function longest({ report }: Plan): number {
  return Math.round(report.cycles.reduce((most, { cycles }) => Math.max(most, cycles), 0));
}
