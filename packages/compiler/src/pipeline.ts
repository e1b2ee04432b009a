/**
 * The way through the house: text → Module → TileProgram → codelets → placement → Image → artifact.
 *
 * One straight line, each stage with the reason for its place. Nothing flows back; when a placement does not fit, the whole back half is
 * tried again with smaller regions, here, in plain sight.
 */
import type { Diagnostic, Outcome, Source } from '@tessera/diagnostics';
import type { StoredTensor } from '@tessera/formats';
import { type Module, printModule, verifyModule } from '@tessera/graph';
import { elaborate, initProgram, parse } from '@tessera/language';
import { type ChipSpec, hostChip, type Image, type Manifest } from '@tessera/machine';
import { ops } from '@tessera/ops';
import { passes } from '@tessera/passes';
import {
  buildImage,
  lower,
  type MemoryReport,
  type Placement,
  place,
  printPlacement,
  printTiles,
  refereePlacement,
  reportMemory,
  type TileProgram,
} from '@tessera/tiling';
import { type CompiledCodelets, compileCodelets, emitText, link } from '@tessera/wasm';
import { doesNotFit } from './does-not-fit.ts';
import type { CompileOptions } from './options.ts';
import { matchWeights } from './weights.ts';

/** Everything known about a program once it has been placed, before it is linked. */
export interface Plan {
  readonly source: Source;
  readonly chip: ChipSpec;
  readonly module: Module;
  readonly tiles: TileProgram;
  readonly codelets: CompiledCodelets;
  readonly placement: Placement;
  readonly image: Image;
  readonly report: MemoryReport;
}

export interface Artifact {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  readonly report: MemoryReport;
}

/** Text to artifact. Diagnostics may hold warnings beside the value. */
export function compile(source: Source, options: CompileOptions = {}): Outcome<Artifact> {
  const planned = plan(source, options);
  if (!planned.ok) return planned;
  const linked = link(planned.value.codelets, planned.value.image);
  const diagnostics = [...planned.diagnostics, ...linked.diagnostics];
  if (!linked.ok) return { ok: false, diagnostics };
  const { image, report } = planned.value;
  return { ok: true, value: { bytes: linked.value, manifest: image.manifest, report }, diagnostics };
}

/** Text to placed image: all that `tessera memory` needs. */
export function plan(source: Source, options: CompileOptions = {}): Outcome<Plan> {
  const front = frontEnd(source, options);
  if (!front.ok) return front;
  const weights = options.weights ? matchWeights(front.value, options.weights) : noWeights;
  if (!weights.ok) return { ok: false, diagnostics: [...front.diagnostics, ...weights.diagnostics] };
  const placed = backEnd(source, front.value, weights.value, options);
  const diagnostics = [...front.diagnostics, ...weights.diagnostics, ...placed.diagnostics];
  return placed.ok ? { ...placed, diagnostics } : { ok: false, diagnostics };
}

const noWeights = { ok: true, value: new Map<string, ArrayLike<number>>(), diagnostics: [] } as const;

/** Text to optimised Module. */
export function frontEnd(source: Source, options: CompileOptions): Outcome<Module> {
  const after = options.after ?? (() => {});
  const { file, diagnostics: syntax } = parse(source);
  // Elaboration runs even after a syntax error: its own findings are reported in the same run, but nothing is built from them.
  const elaborated = elaborate(file, {
    table: ops,
    load: options.load ?? (() => undefined),
    set: options.set ?? {},
    programs: options.programs,
  });
  const diagnostics = [...syntax, ...elaborated.diagnostics];
  if (!elaborated.ok || syntax.some(d => d.severity === 'error')) return { ok: false, diagnostics };
  let module = elaborated.value;
  if (module.programs.length === 0) return { ok: false, diagnostics: [...diagnostics, nothingToCompile(source)] };
  after('elaborate', () => printModule(elaborated.value));
  // First values come from the same ops as everything else, and are fused like everything else.
  module = { ...module, programs: [...module.programs, initProgram(module, ops)] };
  const strict = options.math === 'strict';
  for (const pass of passes) {
    module = pass.run(module, { table: ops, strict });
    if (options.verify) verifyModule(module, ops, pass.name);
    const result = module;
    after(pass.name, () => printModule(result));
  }
  return { ok: true, value: module, diagnostics };
}

/** How much of the free SRAM one op may take, in the order tried. */
const memoryShares = [1, 0.4, 0.15];

function backEnd(
  source: Source,
  module: Module,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  options: CompileOptions,
): Outcome<Plan> {
  const chip = options.chip ?? hostChip;
  const math = options.math ?? 'fast';
  const after = options.after ?? (() => {});
  let misfit: readonly Diagnostic[] = [];
  for (const memoryShare of memoryShares) {
    const tiles = lower(module, { chip, table: ops, math, weights, memoryShare });
    after('tile', () => printTiles(tiles));
    // Codelets before placement: a tile's code is charged to its SRAM, so its size must be known.
    const codelets = compileCodelets(tiles.codes, { math, workers: chip.workers, names: tiles.codeNames });
    const placement = place(tiles, chip, {
      inPlace: options.inPlace ?? true,
      reuse: options.reuse ?? true,
      strategy: options.allocator ?? 'best-greedy',
      codeBytes: codelets.sizes,
    });
    after('place', () => printPlacement(tiles, placement, 0));
    const report = reportMemory(tiles, placement, chip);
    const misfits = doesNotFit(tiles, placement, report, chip);
    if (misfits.length > 0) {
      misfit = misfit.length > 0 ? misfit : misfits;
      if (chip.tiles === 1) break;
      continue;
    }
    if (options.verify) refereePlacement(tiles, placement, chip.sramBytes);
    const image = buildImage(tiles, placement, chip, { source: source.name, math, features: codelets.features });
    if (!image.ok) return image;
    after('link', () => emitText(codelets, image.value));
    const totalBytes = image.value.totalBytes;
    const value = {
      source,
      chip,
      module,
      tiles,
      codelets,
      placement,
      image: image.value,
      report: { ...report, totalBytes },
    };
    return { ok: true, value, diagnostics: [] };
  }
  return { ok: false, diagnostics: misfit };
}

function nothingToCompile(source: Source): Diagnostic {
  return {
    code: 'nothing-to-compile',
    severity: 'error',
    message: `${source.name} has no model to compile`,
    help: 'write `model name(x: f32[n]) { … }`',
  };
}

export type Weights = ReadonlyMap<string, StoredTensor>;
