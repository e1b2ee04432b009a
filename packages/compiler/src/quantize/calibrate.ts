/** Runs a draft without its levels over all samples, and chooses the scale of each value that is marked. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { ValueId } from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';
import type { CompileOptions } from '../options.ts';
import type { Draft } from './draft.ts';
import { Histogram } from './histogram.ts';
import type { Levels } from './levels.ts';
import { decibels, levelsOf, type RangeKind, type Scale, scaleOf } from './ranges.ts';
import { flowOf } from './reads.ts';
import type { Marked } from './rewrite.ts';
import type { Calibration } from './samples.ts';
import { inFloats } from './stages.ts';
import { valueName } from './value-name.ts';
import { type Runner, runnerOf } from './watch.ts';

export interface Ranges {
  /** By the path of the scale. */
  readonly scales: ReadonlyMap<string, Scale>;
  readonly seen: ReadonlyMap<string, Histogram>;
  /** The same with what they are the scales of, and the ratio of signal to noise. */
  readonly values: readonly RangedValue[];
  readonly levelsOf: (marked: Marked) => Levels;
  /** The program in floats. */
  readonly exact: Runner;
}

export interface RangedValue {
  readonly name: string;
  readonly marked: Marked;
  readonly decibels: number;
}

/** Runs the draft in floats over all samples. An error where it makes NaN or infinity of them. */
export async function calibrate(
  draft: Draft,
  settings: CompileOptions,
  data: Calibration,
  { kind, unsigned }: { readonly kind: RangeKind; readonly unsigned?: boolean },
): Promise<Outcome<Ranges>> {
  const options = { ...settings, load: draft.load };
  const exact = await runnerOf(draft.sources[0], options, { program: draft.job.program, first: inFloats, data });
  if (!exact.ok) return exact;
  const seen = new Map<string, Histogram>();
  for (let batch = 0; batch < data.batches; batch++) {
    const results = exact.value(batch);
    if (!results.ok) return results;
    for (const { scale, output, value } of draft.values) {
      const histogram = seen.get(scale.path) ?? new Histogram();
      seen.set(scale.path, histogram);
      if (!histogram.add(results.value[output]))
        return { ok: false, diagnostics: [notFinite(draft, value, batch * data.batchSize)] };
    }
  }
  const levels = new Map<Marked, Levels>();
  for (const { marked } of draft.values) {
    const alike = draft.values.filter(value => value.marked === marked);
    levels.set(
      marked,
      levelsOf(
        alike.map(({ scale }) => seen.get(scale.path) as Histogram),
        unsigned,
      ),
    );
  }
  const scales = new Map<string, Scale>();
  const flow = flowOf(draft.graph, draft.job.table);
  const values = draft.values.map(({ value, marked, scale: { path } }) => {
    const histogram = seen.get(path) as Histogram;
    const scale = scaleOf(histogram, levels.get(marked) as Levels, kind);
    scales.set(path, scale);
    return { name: valueName(flow, behind(draft, value)), marked, decibels: decibels(histogram.energy, scale.noise) };
  });
  const value = {
    scales,
    seen,
    values,
    levelsOf: (marked: Marked) => levels.get(marked) as Levels,
    exact: exact.value,
  };
  return { ok: true, value, diagnostics: [] };
}

/** What a marker marks. */
export function behind({ graph: { nodes } }: Pick<Draft, 'graph'>, marked: ValueId): ValueId {
  return nodes[nodes[marked].operands[0]].operands[0];
}

function notFinite(draft: Draft, value: ValueId, sample: number): Diagnostic<Code> {
  return {
    code: 'sample-not-finite',
    severity: 'error',
    message: `${valueName(flowOf(draft.graph, draft.job.table), behind(draft, value))} is NaN or infinite in floats, at sample ${sample}`,
    help: 'tessera run with this sample and these weights shows it too',
  };
}
