/**
 * The way through the house: text → Module → TileProgram → codelets → placement → Image → artifact.
 *
 * One straight line, each stage with the reason for its place. Nothing flows back; when a placement does not fit, the whole back half is
 * tried again with smaller regions, and then with values computed again instead of kept: here, in plain sight.
 */
import type { Diagnostic, Outcome, Source } from '@tessera/diagnostics';
import type { Module, Program } from '@tessera/graph';
import { type ChipSpec, hostChip } from '@tessera/machine';
import { ops } from '@tessera/ops';
import { recompute } from '@tessera/passes';
import {
  lower,
  place,
  printPlacement,
  printTiles,
  refereePlacement,
  reportMemory,
  type TileOptions,
} from '@tessera/tiling';
import { compileCodelets } from '@tessera/wasm';
import { type Artifact, assemble } from './assemble.ts';
import { doesNotFit } from './does-not-fit.ts';
import { exceededPeaks } from './exceeded-peaks.ts';
import { frontEnd } from './front-end.ts';
import { missedTargets } from './missed-targets.ts';
import type { CompileOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { matchWeights } from './weights.ts';
import { whatFits } from './what-fits.ts';

/** Text to artifact. Diagnostics may hold warnings beside the value. */
export function compile(source: Source, options: CompileOptions = {}): Outcome<Artifact> {
  const planned = plan(source, options);
  if (!planned.ok) return planned;
  const assembled = assemble(planned.value, options);
  return { ...assembled, diagnostics: [...planned.diagnostics, ...assembled.diagnostics] };
}

/** Text to placement: all that `tessera memory` needs, and possible for plans that no wasm memory could hold. */
export function plan(source: Source, options: CompileOptions = {}): Outcome<Plan> {
  const front = frontEnd(source, options);
  if (!front.ok) return front;
  const weights = options.weights
    ? matchWeights(front.value, options.weights, options.spareWeights, options.foreignWeights)
    : noWeights;
  if (!weights.ok) return { ok: false, diagnostics: [...front.diagnostics, ...weights.diagnostics] };
  const placed = backEnd(source, front.value, weights.value, options);
  const missed = missedTargets(front.value, options.recompute);
  const diagnostics = [...front.diagnostics, ...weights.diagnostics, ...missed, ...placed.diagnostics];
  return placed.ok ? { ...placed, diagnostics } : { ok: false, diagnostics };
}

const noWeights = { ok: true, value: new Map<string, ArrayLike<number>>(), diagnostics: [] } as const;

function computedAgain({ name, origin }: Program): Diagnostic {
  return {
    code: 'computed-again',
    severity: 'warning',
    message: `${name} fits only because it computes values again, which costs cycles`,
    span: origin.span,
    help: 'ask for it with --recompute auto, or see with --recompute none by how much it does not fit without',
  };
}

/** How much of the free SRAM one op may take, in the order tried. */
const memoryShares = [1, 0.4, 0.15];

/**
 * What does not fit may if values are computed again: nobody pays cycles for it unasked where it fits without. Where that does not help, larger
 * chips are planned for as well: the error says on which it fits.
 */
function backEnd(
  source: Source,
  module: Module,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  options: CompileOptions,
): Outcome<Plan> {
  const attempt = attemptOn(source, module, weights, options);
  if (attempt.plan) return { ok: true, value: attempt.plan, diagnostics: [] };
  if (options.recompute === undefined) {
    const leaner = recompute.run(module, { table: ops, strict: options.math === 'strict', recompute: 'auto' });
    const changed = leaner.programs.filter((program, i) => program !== module.programs[i]);
    const again = changed.length > 0 ? attemptOn(source, leaner, weights, options) : attempt;
    if (again.plan) return { ok: true, value: again.plan, diagnostics: changed.map(computedAgain) };
  }
  const quiet = { ...options, after: undefined, verify: false };
  const fits = (chip: ChipSpec) => attemptOn(source, module, weights, { ...quiet, chip }).plan !== undefined;
  const help = (neededBytes: number) => whatFits(module, options.chip ?? hostChip, neededBytes, fits);
  const diagnostics = attempt.misfits.map(misfit =>
    misfit.code === 'does-not-fit' ? { ...misfit, help: help(attempt.neededBytes) } : misfit,
  );
  return { ok: false, diagnostics };
}

interface Attempt {
  /** Absent where it does not fit. */
  readonly plan?: Plan;
  readonly misfits: readonly Diagnostic[];
  /** Of the fullest tile. */
  readonly neededBytes: number;
}

function attemptOn(
  source: Source,
  module: Module,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  options: CompileOptions,
): Attempt {
  const chip = options.chip ?? hostChip;
  let first: Attempt | undefined;
  let leastPeak = Number.POSITIVE_INFINITY;
  for (const memoryShare of memoryShares) {
    let { plan, misfits } = planTiles(source, module, weights, { memoryShare }, options);
    if (misfits.length > 0) {
      first ??= { misfits, neededBytes: plan.report.peakBytes };
      // One tile leaves nothing to choose; and where smaller regions do not help, still smaller ones will not.
      if (chip.tiles === 1 || plan.report.peakBytes > 0.98 * leastPeak) break;
      leastPeak = plan.report.peakBytes;
      continue;
    }
    // Copies walk from tile to tile, so how far these lie apart must be known while copies are made: only now it is.
    if (chip.packed && chip.tiles > 1) {
      const tileStrideBytes = plan.placement.leastStrideBytes;
      plan = planTiles(source, module, weights, { memoryShare, tileStrideBytes }, options).plan;
    }
    if (options.verify) refereePlacement(plan.tiles, plan.placement, chip.sramBytes);
    return { plan, misfits: [], neededBytes: plan.report.peakBytes };
  }
  return first ?? { misfits: [], neededBytes: 0 };
}

/** One attempt: a plan, and where it does not fit, why. */
function planTiles(
  source: Source,
  module: Module,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  choices: Pick<TileOptions, 'memoryShare' | 'tileStrideBytes'>,
  options: CompileOptions,
): { readonly plan: Plan; readonly misfits: readonly Diagnostic[] } {
  const chip = options.chip ?? hostChip;
  const math = options.math ?? 'fast';
  const after = options.after ?? (() => {});
  const tiles = lower(module, { chip, table: ops, math, weights, ...choices, inPlace: options.inPlace });
  after('tile', () => printTiles(tiles));
  // Codelets before placement: a tile's code is charged to its SRAM, so its size must be known.
  const codelets = compileCodelets(tiles.codes, { math, workers: chip.workers, names: tiles.codeNames });
  const placement = place(tiles, chip, {
    inPlace: options.inPlace ?? true,
    reuse: options.reuse ?? true,
    strategy: options.allocator ?? 'exact',
    codeBytes: codelets.sizes,
  });
  after('place', () => printPlacement(tiles, placement, 0));
  const report = reportMemory(tiles, placement, chip);
  const misfits = [...doesNotFit(tiles, placement, report, chip), ...exceededPeaks(module, tiles, placement, chip)];
  return { plan: { source, chip, math, module, tiles, codelets, placement, report }, misfits };
}
