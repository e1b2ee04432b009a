/**
 * Post-training quantisation: a program in floats becomes one whose weights and stored values have 8 bits.
 *
 * 1. The graph says what is stored and which layers own weights (reads.ts), the text where that is written (sites.ts).
 * 2. The text gets markers and arguments there (rewrite.ts), and is elaborated (draft.ts): its variables are those of the new program.
 * 3. The new text without its levels (stages.ts) computes what the old one did, with all that is marked as outputs. It runs over the samples, and
 *    each value's histogram gives its scale.
 * 4. What would lose too much is left out, from step 1 on.
 * 5. The new program runs over the samples beside the one in floats, and the report says how they agree.
 */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import { type StoredTensor, storedTensor } from '@tessera-dnn/formats';
import { tensorBytes, type Variable } from '@tessera-dnn/graph';
import { elaborate } from '@tessera-dnn/language';
import { type CompileOptions, tableOf } from '../options.ts';
import { matchWeights } from '../weights.ts';
import { calibrate, type Ranges } from './calibrate.ts';
import { choose } from './choose.ts';
import { compared } from './compare.ts';
import { type Draft, draftOf, type Job } from './draft.ts';
import { operationsOf } from './operations.ts';
import { matchesPattern } from './pattern.ts';
import { openProject } from './project.ts';
import type { RangeKind } from './ranges.ts';
import { flowOf } from './reads.ts';
import { alreadyQuantized, chosenModel, idlePattern, nothingToQuantize } from './refusals.ts';
import type { QuantizationReport } from './report.ts';
import { calibrationOf } from './samples.ts';
import { textsOf } from './sites.ts';
import { levelWeights } from './stages.ts';
import { type WeightLevels, weightLevels } from './weight-levels.ts';

export interface QuantizeOptions
  extends Pick<CompileOptions, 'load' | 'set' | 'spareWeights' | 'foreignWeights' | 'table' | 'math'> {
  /** The values of the program's variables in floats. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** Samples for each input, along the first axis. */
  readonly data: ReadonlyMap<string, StoredTensor>;
  /** What the new texts are called: `name.dnn`, and `name.blocks.dnn` for an imported `blocks.dnn`. */
  readonly name: string;
  /** Which model; there may be one only if it is left out. */
  readonly program?: string;
  /** How the ranges of values are chosen (default: `auto`). */
  readonly ranges?: RangeKind;
  /** Patterns of the paths of layers that stay in floats; `*` stands for any text. */
  readonly keep?: readonly string[];
  /** What has a smaller ratio of signal to noise when it is stored in 8 bits stays in floats (default: 15). */
  readonly leastDecibels?: number;
}

export interface Quantized {
  /** The new texts, the root first. */
  readonly sources: readonly Source[];
  /** The values of the new program's variables. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  readonly report: QuantizationReport;
}

const usualLeastDecibels = 15;

/**
 * The program in 8 bits. Errors: those of the text and of the weights, data that cannot calibrate, a program that is quantised already or has nothing
 * to quantise. Runs the program, so it needs a host that runs artifacts compiled with the same math.
 */
export async function quantize(source: Source, options: QuantizeOptions): Promise<Outcome<Quantized>> {
  const opened = open(source, options);
  if (!opened.ok) return opened;
  const { job, module, graph, entry } = opened.value;
  const weights = matchWeights(module, options.weights, options.spareWeights, options.foreignWeights);
  const data = calibrationOf(graph, options.data);
  const diagnostics: Diagnostic[] = [...opened.diagnostics, ...weights.diagnostics, ...data.diagnostics];
  if (!weights.ok || !data.ok) return { ok: false, diagnostics };
  const floats = storedVariables(module.variables, weights.value);
  const patterns = options.keep ?? [];
  const least = options.leastDecibels ?? usualLeastDecibels;
  const lossy = { layers: new Set<string>(), sites: new Map<string, string>() };
  for (;;) {
    const isKept = (path: string) => lossy.layers.has(path) || patterns.some(pattern => matchesPattern(pattern, path));
    const isUnmarked = (key: string) => lossy.sites.has(key);
    const choose8 = (atReturns: boolean) => choose({ module, graph, entry }, job, isKept, { isUnmarked, atReturns });
    const choice = choose8(false);
    const refused = idlePattern(patterns, choice) ?? nothingToQuantize(choice, entry);
    if (refused !== undefined) return { ok: false, diagnostics: [...diagnostics, refused] };
    const draft = leaner(draftOf(job, choice.changes), draftOf(job, choose8(true).changes));
    if (!draft.ok) return draft;
    const levels = levelsOfWeights(draft.value, weights.value);
    const poor = choice.layers.filter(({ weight }) => (levels.get(weight.path)?.decibels ?? least) < least);
    for (const { path } of poor) lossy.layers.add(path);
    if (poor.length > 0) continue;
    const settings = { math: options.math, set: options.set, table: options.table };
    const ranges = await calibrate(draft.value, { ...settings, weights: floats }, data.value, options.ranges ?? 'auto');
    if (!ranges.ok) return { ok: false, diagnostics: [...diagnostics, ...ranges.diagnostics] };
    const noisy = ranges.value.values.filter(({ decibels }) => decibels < least);
    for (const { marked, name } of noisy) lossy.sites.set(marked.sites[0].key, name);
    if (noisy.length > 0) continue;
    const final = draftOf(job, draft.value.changes, ranges.value.levelsOf);
    if (!final.ok) return final;
    const stored = newWeights(final.value, floats, levels, ranges.value);
    const found = await compared(
      final.value,
      { ...settings, weights: stored },
      { ranges: ranges.value, weights: levels },
      data.value,
    );
    if (!found.ok) return { ok: false, diagnostics: [...diagnostics, ...found.diagnostics] };
    const report: QuantizationReport = {
      ...found.value,
      program: job.program,
      samples: data.value.samples,
      batchSize: data.value.batchSize,
      left: data.value.left,
      kept: choice.kept.map(({ path }) => path).filter(path => !lossy.layers.has(path)),
      lossy: [...lossy.layers, ...lossy.sites.values()],
      unable: choice.unable.map(({ path }) => path),
      leftOut: job.texts.files[0].items.flatMap(item => (item.kind === 'train' ? [item.name.text] : [])),
      bytes: { before: bytesOf(module.variables), after: bytesOf(final.value.module.variables) },
    };
    return { ok: true, value: { sources: final.value.sources, weights: stored, report }, diagnostics };
  }
}

/** The second draft, if as many operations read 8 bits in it although fewer values are marked; else the first. */
function leaner(first: Outcome<Draft>, second: Outcome<Draft>): Outcome<Draft> {
  if (!first.ok || !second.ok) return first;
  const [a, b] = [first.value, second.value].map(({ graph, job, values }) => ({
    floats: operationsOf(flowOf(graph, job.table)).inFloats.length,
    marked: values.length,
  }));
  return b.floats <= a.floats && b.marked < a.marked ? second : first;
}

/** The program that is meant, elaborated. */
function open(source: Source, options: QuantizeOptions) {
  const table = tableOf(options);
  const project = openProject(source, options.load);
  const entry = chosenModel(project.files[0], options.program);
  if (!entry.ok) return entry;
  const program = entry.value.name.text;
  const { set } = options;
  const elaborated = elaborate(project.files[0], { table, load: options.load, set, programs: [program] });
  const diagnostics = [...project.diagnostics, ...elaborated.diagnostics];
  if (!elaborated.ok || project.diagnostics.length > 0) return { ok: false as const, diagnostics };
  const module = elaborated.value;
  const { graph } = module.programs[0];
  const refused = alreadyQuantized(graph, source);
  if (refused !== undefined) return { ok: false as const, diagnostics: [...diagnostics, refused] };
  const job: Job = { project, texts: textsOf(project.files), program, table, set, name: options.name };
  return { ok: true as const, value: { job, module, graph, entry: entry.value }, diagnostics };
}

/** The levels of all layers' weights, by path. */
function levelsOfWeights(
  { graph, module }: Draft,
  floats: ReadonlyMap<string, ArrayLike<number>>,
): ReadonlyMap<string, WeightLevels> {
  return new Map(
    levelWeights(graph, module).flatMap(({ weight: { path, type }, axis }) => {
      const values = floats.get(path);
      return values === undefined ? [] : [[path, weightLevels(values, type.shape, axis)] as const];
    }),
  );
}

/** The variables' values as files hold them. */
function storedVariables(
  variables: readonly Variable[],
  values: ReadonlyMap<string, ArrayLike<number>>,
): ReadonlyMap<string, StoredTensor> {
  return new Map(
    variables.flatMap(({ path, type: { element, shape } }) => {
      const data = values.get(path);
      return data === undefined
        ? []
        : [[path, storedTensor(element, shape, data as Float32Array<ArrayBuffer>)] as const];
    }),
  );
}

/** The new program's variables: levels and scales, and all else as it was. */
function newWeights(
  { graph, module }: Draft,
  floats: ReadonlyMap<string, StoredTensor>,
  levels: ReadonlyMap<string, WeightLevels>,
  { scales }: Ranges,
): ReadonlyMap<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  for (const { weight, scale } of levelWeights(graph, module)) {
    const quantized = levels.get(weight.path);
    if (quantized === undefined) continue;
    found.set(weight.path, { element: 'i8', shape: weight.type.shape, data: quantized.levels });
    found.set(scale.path, { element: 'f32', shape: scale.type.shape, data: quantized.scales });
  }
  for (const [path, { scale }] of scales) found.set(path, { element: 'f32', shape: [], data: Float32Array.of(scale) });
  return new Map(
    module.variables.flatMap(({ path }) => {
      const tensor = found.get(path) ?? floats.get(path);
      return tensor === undefined ? [] : [[path, tensor] as const];
    }),
  );
}

function bytesOf(variables: readonly Variable[]): number {
  return variables.reduce((sum, { type }) => sum + tensorBytes(type), 0);
}
