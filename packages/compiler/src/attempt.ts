/** The back half of the pipeline on one chip up to a plan, with smaller regions where larger ones do not fit. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { hostChip } from '@tessera-dnn/machine';
import { type Decisions, usesAlgorithms } from '@tessera-dnn/tiling';
import { planShare } from './back-half/plan-share.ts';
import type { Plan } from './plan.ts';
import type { Level, Share, Task } from './task.ts';

/** In the order tried: smaller regions, as much at once as before. */
export const levelsAtOnce: readonly Level[] = [1, 0.4, 0.15].map(memoryShare => ({ memoryShare, inRounds: false }));

/** In the order tried: work in rounds, in more of them where fewer do not do. */
export const levelsInRounds: readonly Level[] = [1.6, 1, 0.6, 0.35, 0.2, 0.1].map(memoryShare => ({
  memoryShare,
  inRounds: true,
}));

export interface Attempt {
  /** The plan; absent where it does not fit. */
  readonly plan?: Plan;
  readonly misfits: readonly Diagnostic[];
  /** The same plan, or where it does not fit the first that was made; absent where nothing was tried. */
  readonly placed?: Plan;
  /** The level on which the plan was made; if none fits, the one that came closest. */
  readonly level: Level;
  /** What was decided on each level that was tried. */
  readonly decisions: ReadonlyMap<Level, Decisions>;
}

/** The plan for the first of `shares` with which it fits; where it fits with none, what was wrong with the first. */
export function attempt(task: Task, shares: readonly Share[]): Attempt {
  const { tiles, packed } = task.options.chip ?? hostChip;
  const decided = new Map<Level, Decisions>();
  let first: Pick<Attempt, 'misfits' | 'placed'> = { misfits: [] };
  let closest = levelsAtOnce[0];
  let leastPeak = Number.POSITIVE_INFINITY;
  for (let share of shares) {
    let { plan, misfits, verify } = planShare(task, share);
    // Scratch memory is no reason not to fit.
    if (misfits.length > 0 && usesAlgorithms(plan.decisions)) {
      share = { ...share, plain: true };
      ({ plan, misfits, verify } = planShare(task, share));
    }
    const neededBytes = plan.report.peakBytes;
    const { level } = share;
    decided.set(level, plan.decisions);
    if (misfits.length > 0) {
      if (decided.size === 1) first = { misfits, placed: plan };
      const helps = neededBytes <= 0.98 * leastPeak;
      if (neededBytes < leastPeak) closest = level;
      // On one tile there is no split to choose; and where smaller regions have not helped, still smaller ones will not.
      if (tiles === 1 || !helps) break;
      leastPeak = neededBytes;
      continue;
    }
    // Copies walk from tile to tile, so lowering must know how far these lie apart. On a packed chip that is known only now.
    if (packed && tiles > 1) ({ plan, verify } = planShare(task, share, plan.placement.leastStrideBytes));
    if (task.options.verify) verify();
    return { plan, misfits: [], placed: plan, level, decisions: decided };
  }
  return { ...first, level: closest, decisions: decided };
}
