/** The back half of the pipeline on one chip: tiles, codelets and a placement, with smaller regions where larger ones do not fit. */
import type { Diagnostic, Source } from '@tessera/diagnostics';
import type { Module } from '@tessera/graph';
import { hostChip } from '@tessera/machine';
import { type Decisions, lowerDeciding, type PlaceOptions, reportMemory, type TileOptions } from '@tessera/tiling';
import { wasm } from '@tessera/wasm';
import { place } from './back-end/place.ts';
import { tell } from './back-end/step.ts';
import { tile } from './back-end/tile.ts';
import { doesNotFit } from './does-not-fit.ts';
import { exceededPeaks } from './exceeded-peaks.ts';
import { type CompileOptions, tableOf } from './options.ts';
import { beyondKernels } from './out-of-reach.ts';
import type { Plan } from './plan.ts';

/** What is planned, and how. */
export interface Task {
  readonly source: Source;
  /** As all passes leave it. */
  readonly module: Module;
  /** As it was before values were computed again; the same where none are. */
  readonly kept: Module;
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  readonly options: CompileOptions;
}

/** How much of the free SRAM one op may take, and what is to be decided as elsewhere; without decisions all is decided anew. */
export interface Share {
  readonly memoryShare: number;
  readonly decisions?: () => Decisions;
}

/** How much of the free SRAM one op may take, in the order tried. */
export const memoryShares: readonly number[] = [1, 0.4, 0.15];

export interface Attempt {
  /** Absent where it does not fit. */
  readonly plan?: Plan;
  readonly misfits: readonly Diagnostic[];
  /** Of the fullest tile. */
  readonly neededBytes: number;
  /** Of the plan; where it does not fit, that which came closest. */
  readonly memoryShare: number;
  /** What was decided for each share that was tried. */
  readonly decisions: ReadonlyMap<number, Decisions>;
}

/** The plan for the first of `shares` with which it fits; where it fits with none, what was wrong with the first. */
export function attempt(task: Task, shares: readonly Share[]): Attempt {
  const { tiles, packed } = task.options.chip ?? hostChip;
  const decided = new Map<number, Decisions>();
  let first: Pick<Attempt, 'misfits' | 'neededBytes'> = { misfits: [], neededBytes: 0 };
  let closest = memoryShares[0];
  let leastPeak = Number.POSITIVE_INFINITY;
  for (const share of shares) {
    let { plan, misfits, decisions, verify } = planTiles(task, share);
    const neededBytes = plan.report.peakBytes;
    const { memoryShare } = share;
    decided.set(memoryShare, decisions);
    if (misfits.length > 0) {
      if (decided.size === 1) first = { misfits, neededBytes };
      const helps = neededBytes <= 0.98 * leastPeak;
      if (neededBytes < leastPeak) closest = memoryShare;
      // One tile leaves nothing to choose; and where smaller regions do not help, still smaller ones will not.
      if (tiles === 1 || !helps) break;
      leastPeak = neededBytes;
      continue;
    }
    // Copies walk from tile to tile, so how far these lie apart must be known while copies are made: only now it is.
    if (packed && tiles > 1) ({ plan, verify } = planTiles(task, share, plan.placement.leastStrideBytes));
    if (task.options.verify) verify();
    return { plan, misfits: [], neededBytes: plan.report.peakBytes, memoryShare, decisions: decided };
  }
  return { ...first, memoryShare: closest, decisions: decided };
}

/** One plan, and where it does not fit, why; `verify` is for one that is kept. */
function planTiles(
  { source, module, weights, options }: Task,
  { memoryShare, decisions }: Share,
  tileStrideBytes?: number,
): {
  readonly plan: Plan;
  readonly misfits: readonly Diagnostic[];
  readonly decisions: Decisions;
  readonly verify: () => void;
} {
  const { chip = hostChip, math = 'fast', backend = wasm, after } = options;
  const shared = tilingOf(options, weights, memoryShare);
  const tiling = { module, tiling: { ...shared, tileStrideBytes, decisions: decisions?.() } };
  const tiled = tile.run(tiling);
  tell(tile, tiled, tiling, after);
  const { tiles } = tiled;
  const codelets = backend.compile(tiles.codes, { math, workers: chip.workers, names: tiles.codeNames });
  const placing = { tiles, chip, options: placingOf(options, codelets.sizes, backend.limits.pageBytes) };
  const placement = place.run(placing);
  tell(place, placement, placing, after);
  const report = reportMemory(tiles, placement, chip);
  const beyond = beyondKernels(tiles);
  const tooMuch = [...doesNotFit(tiles, placement, report, chip), ...exceededPeaks(module, tiles, placement, chip)];
  const misfits = beyond.length > 0 ? beyond : tooMuch;
  const { limits } = backend;
  const plan = { source, chip, math, module, tiles, limits, codelets, placement, report };
  return { plan, misfits, decisions: tiled.decisions, verify: () => place.verify?.(placement, placing) };
}

function placingOf(
  { inPlace = true, reuse = true, allocator: strategy = 'exact' }: CompileOptions,
  codeBytes: readonly number[],
  pageBytes: number,
): PlaceOptions {
  return { inPlace, reuse, strategy, codeBytes, pageBytes };
}

/** What is decided where nothing is computed again. */
export function decide({ kept, weights, options }: Task, memoryShare: number): Decisions {
  return lowerDeciding(kept, tilingOf(options, weights, memoryShare)).decisions;
}

function tilingOf(options: CompileOptions, weights: Task['weights'], memoryShare: number): TileOptions {
  const { chip = hostChip, math = 'fast', inPlace } = options;
  return { chip, table: tableOf(options), math, weights, memoryShare, inPlace };
}
