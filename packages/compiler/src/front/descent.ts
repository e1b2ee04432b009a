/**
 * Ever smaller plans of one task, in which every node has a budget of its own.
 *
 * In the first, each node has the fastest split there is. Where a moment then holds more than there is room for, the node that runs in it gets
 * a budget: what it took, less what is too much. All else that lives at that moment is given, so this is all that the moment leaves for it, and
 * within that the fastest split is best. With the new splits tables and homes are others, and so are moments: the next plan tells.
 */
import { firstReplicas } from '@tessera-dnn/graph';
import { hostChip } from '@tessera-dnn/machine';
import { KnownSplits, lastingBytes, type NodeBudgets, nodeMoments } from '@tessera-dnn/tiling';
import { type PlannedShare, planShare } from '../back-half/plan-share.ts';
import type { Share, Task } from '../task.ts';

/** A plan, and the share with which it is made again. */
export interface Step {
  readonly planned: PlannedShare;
  readonly share: Share;
}

/** What the fullest tile is to take next, after a plan that takes `bytes`, of which `lasting` are tables, code and variables. */
export type NextTarget = (bytes: number, lasting: number) => number;

/** Plans are given up where so many in a row take no less. */
const mostIdle = 3;

/** The plans in the order in which they are found, until no budget makes them smaller. */
export function* descend(
  task: Task,
  nextTarget: NextTarget,
  mostSteps: number,
  counts: boolean,
): Generator<Step, void> {
  const splits = new KnownSplits();
  let budgets: NodeBudgets = task.module.programs.map(() => new Map());
  let least = Number.POSITIVE_INFINITY;
  for (let steps = 0, idle = 0; steps < mostSteps && idle < mostIdle; steps++) {
    const share: Share = { level: { memoryShare: 1, inRounds: true, nodes: { budgets, splits, counts } } };
    const planned = planPlaced(task, share);
    yield { planned, share };
    const { peakBytes } = planned.plan.report;
    idle = peakBytes < least ? 0 : idle + 1;
    least = Math.min(least, peakBytes);
    const target = nextTarget(peakBytes, lastingBytes(planned.plan.placement));
    const next = tightened(budgets, planned, target);
    if (!next) return;
    budgets = next;
  }
}

/** Copies walk from tile to tile, so on a packed chip a plan is right only once it is known how far these lie apart. */
function planPlaced(task: Task, share: Share): PlannedShare {
  const { tiles, packed } = task.options.chip ?? hostChip;
  const planned = planShare(task, share);
  return packed && tiles > 1 ? planShare(task, share, planned.plan.placement.leastStrideBytes) : planned;
}

/** No budget falls to less than this part of what was taken: what lives beside may be what is too much. */
const mostAtOnce = 1 / 4;

/** Budgets with which the fullest tile is to take `target` bytes; undefined where no node can do anything for that. */
function tightened(budgets: NodeBudgets, { plan, firstPhases }: PlannedShare, target: number): NodeBudgets | undefined {
  const { tiles, placement, module, decisions } = plan;
  const moments = nodeMoments(tiles, placement, firstPhases);
  const { transients } = placement.tiles[0];
  const gaps = transients - moments.reduce((most, { liveBytes }) => Math.max(most, liveBytes), 0);
  const room = target - lastingBytes(placement) - gaps;
  const next = budgets.map(own => new Map(own));
  let changes = false;
  const firsts = module.programs.map(({ graph }) => firstReplicas(graph));
  for (const { program, value, liveBytes } of moments) {
    const taken = decisions.programs[program]?.nodes[value]?.split?.bytes;
    if (liveBytes <= room || taken === undefined) continue;
    const budget = Math.max(taken * mostAtOnce, taken - (liveBytes - room));
    const first = firsts[program][value];
    const before = next[program].get(first) ?? Number.POSITIVE_INFINITY;
    if (budget >= before) continue;
    next[program].set(first, budget);
    changes = true;
  }
  return changes ? next : undefined;
}
