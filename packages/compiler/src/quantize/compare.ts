/** Runs a program on levels beside itself in floats, and tells what was lost where. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { isFloat, type ValueId } from '@tessera-dnn/graph';
import type { CompileOptions } from '../options.ts';
import type { Ranges } from './calibrate.ts';
import type { Draft } from './draft.ts';
import { operationsOf } from './operations.ts';
import { flowOf } from './reads.ts';
import type { Agreement, LevelEnd, QuantizationReport, QuantizedValue, QuantizedWeights } from './report.ts';
import type { Calibration } from './samples.ts';
import { levelWeights, shown } from './stages.ts';
import { Comparison, runnerOf, sameBest } from './watch.ts';
import type { WeightLevels } from './weight-levels.ts';

/** So many numbers in a row may be classes even where an input has as many. */
const fewClasses = 16;

type Found = Pick<QuantizationReport, 'rows' | 'ends' | 'agreement' | 'operations' | 'inFloats'>;

/** Runs the finished draft and the program in floats over all samples. */
export async function compared(
  draft: Draft,
  settings: CompileOptions,
  { ranges, weights }: { readonly ranges: Ranges; readonly weights: ReadonlyMap<string, WeightLevels> },
  data: Calibration,
): Promise<Outcome<Found>> {
  const options = { ...settings, load: draft.load };
  const rounded = await runnerOf(draft.sources[0], options, { program: draft.job.program, first: shown, data });
  if (!rounded.ok) return rounded;
  const { graph } = draft;
  const outputs = graph.outputs.filter(({ value }) => isFloat(graph.nodes[value].type.element));
  const comparisons = new Map(
    [...draft.values.map(({ output }) => output), ...outputs.map(({ name }) => name)].map(name => [
      name,
      new Comparison(),
    ]),
  );
  const same = new Map<string, number>();
  for (let batch = 0; batch < data.batches; batch++) {
    const [exact, other] = [ranges.exact(batch), rounded.value(batch)];
    if (!exact.ok) return exact;
    if (!other.ok) return other;
    for (const [name, comparison] of comparisons) comparison.add(exact.value[name], other.value[name]);
    for (const { name, value } of outputs) {
      const count = graph.nodes[value].type.shape.at(-1) ?? 1;
      same.set(name, (same.get(name) ?? 0) + sameBest(exact.value[name], other.value[name], count));
    }
  }
  const agreement = outputs.map(({ name, value }): Agreement => {
    const { shape } = graph.nodes[value].type;
    const comparison = comparisons.get(name) as Comparison;
    const best = looksLikeScores(draft, value)
      ? { same: same.get(name) ?? 0, rows: data.batches * shape[0] }
      : undefined;
    return { output: name, decibels: comparison.decibels, ...comparison.difference, best };
  });
  const flow = flowOf(graph, draft.job.table);
  const { count, inFloats } = operationsOf(flow);
  const rows = rowsOf(draft, ranges, weights, comparisons);
  return {
    ok: true,
    value: { rows, ends: levelEnds(draft, ranges), agreement, operations: count, inFloats },
    diagnostics: [],
  };
}

/** The inputs and outputs that are levels. */
function levelEnds({ changes, values }: Draft, { scales, levelsOf }: Ranges): readonly LevelEnd[] {
  return changes.marked.flatMap(marked => {
    const value = values.find(one => one.marked === marked);
    if (marked.end === undefined || value === undefined) return [];
    const { kind, name, scale } = marked.end;
    return [{ kind, name, levels: levelsOf(marked), scale: scales.get(scale)?.scale ?? 1 }];
  });
}

/** Rows of at least two numbers; what has the shape of an input is a copy of it, unless it is small. */
function looksLikeScores({ graph }: Draft, value: ValueId): boolean {
  const { shape } = graph.nodes[value].type;
  const isLikeInput =
    shape[1] > fewClasses && graph.inputs.some(input => String(graph.nodes[input.value].type.shape) === String(shape));
  return shape.length === 2 && shape[1] > 1 && !isLikeInput;
}

function rowsOf(
  { graph, module, values }: Draft,
  ranges: Ranges,
  weights: ReadonlyMap<string, WeightLevels>,
  comparisons: ReadonlyMap<string, Comparison>,
): Found['rows'] {
  const ofWeights = levelWeights(graph, module).map(({ node, weight: { path, type } }) => {
    const row: QuantizedWeights = {
      kind: 'weights',
      path,
      shape: type.shape,
      decibels: weights.get(path)?.decibels ?? Number.POSITIVE_INFINITY,
    };
    return { at: node, row };
  });
  const ofValues = values.map(({ value, scale: { path }, output, marked }, at) => {
    const { least, greatest } = ranges.seen.get(path) ?? { least: 0, greatest: 0 };
    const row: QuantizedValue = {
      kind: 'value',
      name: ranges.values[at].name,
      shape: graph.nodes[value].type.shape,
      levels: ranges.levelsOf(marked),
      scale: ranges.scales.get(path)?.scale ?? 1,
      range: [least, greatest],
      decibels: ranges.values[at].decibels,
      totalDecibels: comparisons.get(output)?.decibels ?? Number.POSITIVE_INFINITY,
    };
    return { at: value, row };
  });
  return [...ofWeights, ...ofValues].sort((a, b) => a.at - b.at).map(({ row }) => row);
}
