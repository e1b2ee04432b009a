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
  const list = listed(text);
  const isJson = /\.json$/i.test(file);
  if (typeof list === 'string' && isJson) return failed('bad-labels', `${file} ${list}`, 'write ["cat", "dog"]');
  // A line may begin with a bracket as well: `[PAD]`.
  const labels = typeof list === 'string' ? text.split(/\r?\n/).map(line => line.trim()) : list;
  if (labels.length > 0 && text !== '') return succeeded(labels);
  return failed(
    'bad-labels',
    `${file} has no names of classes`,
    'write a line for each class, or a list of texts in JSON',
  );
}

/** The list; or why it is none, as the end of a sentence about the file. */
function listed(text: string): readonly string[] | string {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) && json.every(item => typeof item === 'string') ? json : 'is no list of texts';
  } catch (error) {
    return `is no JSON: ${error instanceof Error ? error.message : error}`;
  }
}

/** The outputs that have a score for every label along their last axis. `bad-labels` where none has. */
export function scoresNamed(
  { outputs }: ManifestProgram,
  labels: readonly string[],
  file: string,
): Outcome<readonly ManifestTensor[]> {
  const scores = outputs.filter(({ type, shape }) => isFloat(type) && shape.at(-1) === labels.length);
  if (scores.length > 0) return succeeded(scores);
  const shapes = outputs.map(({ name, type, shape }) => `${name} is ${type}[${shape.join(', ')}]`).join(', ');
  return failed(
    'bad-labels',
    `${file} names ${labels.length} classes, and no output has as many scores: ${shapes}`,
    'a file of labels has a line for each score along the last axis of an output',
  );
}

/** The best classes by the name of each of these outputs. */
export function topClasses(
  scores: readonly ManifestTensor[],
  outputs: Outputs,
  labels: readonly string[],
): ReadonlyMap<string, TopClasses> {
  return new Map(scores.map(output => [output.name, topOf(output, outputs, labels)]));
}

function topOf({ name, shape }: ManifestTensor, outputs: Outputs, labels: readonly string[]): TopClasses {
  const count = labels.length;
  const rows = shape.reduce((product, extent) => product * extent, 1) / count;
  return Array.from({ length: rows }, (_, row) => {
    const scores: ArrayLike<number> = outputs[name].subarray(row * count, (row + 1) * count);
    const best = labels.map((label, index) => ({ label, index, score: scores[index] }));
    return best.sort((a, b) => rank(b.score) - rank(a.score)).slice(0, most);
  });
}

/** What is no number is no class's best score. */
function rank(score: number): number {
  return Number.isNaN(score) ? -Number.MAX_VALUE : Math.max(score, -Number.MAX_VALUE / 2);
}
