/** Names of classes, and which of them an output says. */
import type { Outputs } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { isFloat, type ManifestProgram, type ManifestTensor } from '@tessera-dnn/machine';
import { readSource } from '../files/source.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';

/** A class, and the score that it got. */
export interface Scored {
  readonly label: string;
  readonly index: number;
  readonly score: number;
}

/** For each sample its best classes, the best first. */
export type TopClasses = readonly (readonly Scored[])[];

/** How many classes of a sample are told. */
const most = 5;

/** The names in a file: a line for each, in the order of the classes, or a list of texts in JSON. */
export function readLabels(io: Io, file: string): Outcome<readonly string[]> {
  const source = readSource(io, file);
  if (!source.ok) return source;
  const text = source.value.text.trim();
  const labels = text.startsWith('[') ? listed(text) : text.split(/\r?\n/).map(line => line.trim());
  if (labels && text !== '') return succeeded(labels);
  return failed(
    'bad-labels',
    `${file} has no names of classes`,
    'write a line for each class, or a list of texts in JSON',
  );
}

function listed(text: string): readonly string[] | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) && json.every(item => typeof item === 'string') ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The best classes by the name of each output that has a score for every label along its last axis. `bad-labels` where none has. */
export function topClasses(
  program: ManifestProgram,
  outputs: Outputs,
  labels: readonly string[],
  file: string,
): Outcome<ReadonlyMap<string, TopClasses>> {
  const scores = program.outputs.filter(({ type, shape }) => isFloat(type) && shape.at(-1) === labels.length);
  if (scores.length > 0) return succeeded(new Map(scores.map(output => [output.name, topOf(output, outputs, labels)])));
  const shapes = program.outputs.map(({ name, type, shape }) => `${name} is ${type}[${shape.join(', ')}]`).join(', ');
  return failed('bad-labels', `${file} names ${labels.length} classes, and no output has as many scores: ${shapes}`);
}

function topOf({ name, shape }: ManifestTensor, outputs: Outputs, labels: readonly string[]): TopClasses {
  const count = labels.length;
  const rows = shape.reduce((product, extent) => product * extent, 1) / count;
  return Array.from({ length: rows }, (_, row) => {
    const scores: ArrayLike<number> = outputs[name].subarray(row * count, (row + 1) * count);
    const best = labels.map((label, index) => ({ label, index, score: scores[index] }));
    return best.sort((a, b) => b.score - a.score).slice(0, most);
  });
}
