/** The steps of the back half up to a plan, for one share of memory: tiles, codelets, a placement, and what is wrong with it. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { compileKernels, hostChip } from '@tessera-dnn/machine';
import {
  type Decisions,
  type FirstPhases,
  type PlaceOptions,
  reportMemory,
  type ThreadOptions,
  type TileOptions,
} from '@tessera-dnn/tiling';
import { doesNotFit } from '../does-not-fit.ts';
import { exceededPeaks } from '../exceeded-peaks.ts';
import { type CompileOptions, tableOf } from '../options.ts';
import { beyondKernels } from '../out-of-reach.ts';
import type { Plan } from '../plan.ts';
import type { Level, Share, Task } from '../task.ts';
import { threadsOf } from '../threads.ts';
import { place } from './place.ts';
import { tell } from './step.ts';
import { tile } from './tile.ts';

export interface PlannedShare {
  readonly plan: Plan;
  /** Why the plan does not fit; empty if it does. */
  readonly misfits: readonly Diagnostic[];
  /** By program and node, where the node's phases begin. */
  readonly firstPhases: FirstPhases;
  /** For a plan that is kept: throws an InternalError if a step's result is not what it must be. */
  readonly verify: () => void;
}

/** `tileStrideBytes`: how far tiles lie apart, where that is known by now. */
export function planShare(task: Task, share: Share, tileStrideBytes?: number): PlannedShare {
  const { source, module, options } = task;
  const { backend, chip = hostChip, math = 'fast', after } = options;
  const followed = share.decisions?.();
  const tiling = { module, tiling: { ...tilingOf(task, share), tileStrideBytes, decisions: followed } };
  const tiled = tile.run(tiling);
  tell(tile, tiled, tiling, after);
  const { tiles, decisions, homes, firstPhases } = tiled;
  const threads = threadsOf(options, module, tiles, chip);
  const alone = () => planShare({ ...task, options: { ...options, threads: 1 } }, share, tileStrideBytes);
  if (!threads && (options.threads ?? 1) > 1) return alone();
  // Codelets before placement: a tile's code is charged to its SRAM, so its size must be known.
  const codelets = compileKernels(backend, tiles.codes, {
    math,
    workers: chip.workers,
    threads: threads?.count,
    portable: options.portable,
    names: tiles.codeNames,
  });
  const { limits } = backend;
  const placed = (threads: ThreadOptions | undefined) => {
    const placing = { tiles, chip, options: placingOf(options, threads, codelets.sizes, limits.pageBytes) };
    const placement = place.run(placing);
    const report = reportMemory(tiles, placement, chip);
    const plan = { source, chip, math, module, tiles, limits, codelets, placement, report, decisions, homes };
    return { placing, plan, misfits: misfitsOf(plan) };
  };
  let { placing, plan, misfits } = placed(threads);
  // Rather less for threads to divide, or nothing, than a program that does not fit.
  if (threads && misfits.length > 0) ({ placing, plan, misfits } = placed({ ...threads, keepOrder: true }));
  if (threads && misfits.length > 0) return alone();
  const { placement } = plan;
  tell(place, placement, placing, after);
  return { plan, misfits, firstPhases, verify: () => place.verify?.(placement, placing) };
}

/** What lowering decides for the module without copies, where nothing is computed again. */
export function decide(task: Task, level: Level): Decisions {
  return tile.run({ module: task.kept, tiling: tilingOf(task, { level }) }).decisions;
}

function tilingOf({ options, weights }: Task, { level, plain = false }: Share): TileOptions {
  const { chip = hostChip, math = 'fast', threads, inPlace, withoutVariants = [], rounds } = options;
  const { memoryShare, inRounds, nodes } = level;
  return {
    chip,
    table: tableOf(options),
    math,
    threads,
    weights,
    memoryShare,
    budgets: nodes?.budgets,
    splits: nodes?.splits,
    countsVertices: nodes?.counts,
    rounds: rounds ?? (inRounds ? 'where needed' : undefined),
    inPlace,
    withoutVariants: new Set(withoutVariants),
    plain,
  };
}

function placingOf(
  { inPlace = true, reuse = true, allocator: strategy = 'exact' }: CompileOptions,
  threads: ThreadOptions | undefined,
  codeBytes: readonly number[],
  pageBytes: number,
): PlaceOptions {
  return { inPlace, reuse, strategy, codeBytes, pageBytes, threads };
}

/** Why a plan does not fit. Where a kernel cannot be run at all, that alone is reported: nothing else that is wrong matters then. */
function misfitsOf({ module, tiles, placement, report, chip }: Plan): readonly Diagnostic[] {
  const beyond = beyondKernels(tiles);
  if (beyond.length > 0) return beyond;
  return [...doesNotFit(tiles, placement, report, chip), ...exceededPeaks(module, tiles, placement, chip)];
}
