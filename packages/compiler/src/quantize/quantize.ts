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
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import type { CompileOptions } from '../options.ts';
import { calibrate } from './calibrate.ts';
import { type Choice, choose } from './choose.ts';
import { compared } from './compare.ts';
import { type Draft, draftOf } from './draft.ts';
import { bytesOf, levelsOfWeights, newWeights } from './new-weights.ts';
import { operationsOf } from './operations.ts';
import { matchesPattern } from './pattern.ts';
import type { RangeKind } from './ranges.ts';
import { flowOf } from './reads.ts';
import { idlePattern, nothingToQuantize } from './refusals.ts';
import type { QuantizationReport } from './report.ts';
import { keyOf } from './rewrite.ts';
import { type Given, type Subject, subjectOf } from './subject.ts';

/** What a program takes and gives. */
export const endKinds = ['floats', 'levels'] as const;
export type EndKind = (typeof endKinds)[number];

export interface QuantizeOptions extends Given, Pick<CompileOptions, 'math'> {
  /** How the ranges of values are chosen (default: `auto`). */
  readonly ranges?: RangeKind;
  /** Whether what was never below 0 has levels from 0 to 255: half the error, and slower products (default: false, levels to 127). */
  readonly unsigned?: boolean;
  /** Whether the program's inputs in floats become levels, which the caller then makes with the scales of the report (default: `floats`). */
  readonly inputs?: EndKind;
  /** The same for its outputs. */
  readonly outputs?: EndKind;
  /** Patterns of the paths of layers that stay in floats; `*` stands for any text. */
  readonly keep?: readonly string[];
  /** What has a smaller ratio of signal to noise when it is stored in 8 bits stays in floats (default: 15). */
  readonly leastDecibels?: number;
  /** Called after each of {@link quantizeSteps}; they begin anew where something is left out. */
  readonly after?: (step: (typeof quantizeSteps)[number]) => void;
}

/** What takes its time: to decide what is stored, and to run the program for its ranges and for what is lost. */
export const quantizeSteps = ['choose', 'calibrate', 'compare'] as const;

export interface Quantized {
  /** The new texts, the root first. */
  readonly sources: readonly Source[];
  /** The values of the new program's variables. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  readonly report: QuantizationReport;
}

const usualLeastDecibels = 15;

/** What would lose too much: layers by path, and values by the expression that makes them, with what they are called. */
interface Lossy {
  readonly layers: Set<string>;
  readonly values: Map<string, string>;
}

/**
 * The program in 8 bits. Errors: those of the text and of the weights, data that cannot calibrate, a program that is quantised already or has nothing
 * to quantise. The program is compiled for this host and run on all samples, three times at least.
 */
export async function quantize(source: Source, options: QuantizeOptions): Promise<Outcome<Quantized>> {
  const subject = subjectOf(source, options);
  if (!subject.ok) return subject;
  const lossy: Lossy = { layers: new Set(), values: new Map() };
  for (;;) {
    const tried = await attempt(subject.value, options, lossy);
    // Something more is left out each time, so this ends.
    if (tried === 'too lossy') continue;
    return { ...tried, diagnostics: [...subject.diagnostics, ...tried.diagnostics] };
  }
}

/** The program in 8 bits without what is known to be lossy, or more that is. */
async function attempt(
  subject: Subject,
  options: QuantizeOptions,
  lossy: Lossy,
): Promise<Outcome<Quantized> | 'too lossy'> {
  const { job, data, floats } = subject;
  const least = options.leastDecibels ?? usualLeastDecibels;
  const drafted = drafts(subject, options, lossy);
  if (!drafted.ok) return drafted;
  const { choice, draft } = drafted.value;
  const weights = levelsOfWeights(draft, subject.values);
  const poor = choice.layers.filter(({ weight }) => (weights.get(weight.path)?.decibels ?? least) < least);
  for (const { path } of poor) lossy.layers.add(path);
  if (poor.length > 0) return 'too lossy';
  options.after?.('choose');
  const settings = { math: options.math, set: options.set, table: options.table };
  const { ranges: kind = 'auto', unsigned } = options;
  const ranges = await calibrate(draft, { ...settings, weights: floats }, data, { kind, unsigned });
  if (!ranges.ok) return ranges;
  options.after?.('calibrate');
  const noisy = ranges.value.values.filter(({ decibels }) => decibels < least);
  for (const { marked, name } of noisy) lossy.values.set(keyOf(marked), name);
  if (noisy.length > 0) return 'too lossy';
  const final = draftOf(job, draft.changes, ranges.value.levelsOf);
  if (!final.ok) return final;
  const stored = newWeights(final.value, floats, weights, ranges.value);
  const told = { ranges: ranges.value, weights };
  const found = await compared(final.value, { ...settings, weights: stored }, told, data);
  if (!found.ok) return found;
  options.after?.('compare');
  const report = { ...found.value, ...summary(subject, choice, lossy, final.value) };
  return { ok: true, value: { sources: final.value.sources, weights: stored, report }, diagnostics: [] };
}

/** What is chosen, and the draft that it makes. */
function drafts(
  { job, module, graph, entry }: Subject,
  { keep = [], inputs, outputs }: QuantizeOptions,
  lossy: Lossy,
): Outcome<{ readonly choice: Choice; readonly draft: Draft }> {
  const isKept = (path: string) => lossy.layers.has(path) || keep.some(pattern => matchesPattern(pattern, path));
  const isUnmarked = (key: string) => lossy.values.has(key);
  const wanted = { inputs: inputs === 'levels', outputs: outputs === 'levels' };
  const [choice, other] = [false, true].map(atReturns =>
    choose({ module, graph, entry }, job, isKept, { isUnmarked, atReturns, wanted }),
  );
  const refused = idlePattern(keep, choice) ?? nothingToQuantize(choice, entry);
  if (refused !== undefined) return { ok: false, diagnostics: [refused] };
  const draft = leaner(draftOf(job, choice.changes), draftOf(job, other.changes));
  return draft.ok ? { ...draft, value: { choice, draft: draft.value } } : draft;
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

function summary({ job, data, module }: Subject, choice: Choice, lossy: Lossy, final: Draft) {
  const { samples, batchSize, left } = data;
  return {
    ...{ program: job.program, samples, batchSize, left },
    kept: choice.kept.map(({ path }) => path).filter(path => !lossy.layers.has(path)),
    lossy: [...lossy.layers, ...lossy.values.values()],
    endsInFloats: choice.ends,
    unable: choice.unable.map(({ path }) => path),
    leftOut: job.texts.files[0].items.flatMap(item => (item.kind === 'train' ? [item.name.text] : [])),
    bytes: { before: bytesOf(module.variables), after: bytesOf(final.module.variables) },
  };
}
