/** Compares what a program says of samples with the classes that they have. */
import type { EvaluationResult } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type ElementValues, isFloat, type ManifestTensor } from '@tessera-dnn/machine';
import type { Classes, GivenInputs } from '../data/given.ts';
import type { Samples } from '../data/samples.ts';
import { failed, succeeded } from '../session.ts';
import type { Evaluator } from './evaluator.ts';

/** Which output tells the class of a sample, and the classes that are right. */
export interface Labelled {
  readonly output: ManifestTensor;
  readonly labels: ElementValues;
  /** How classes are called; empty if by their numbers alone. */
  readonly names: readonly string[];
}

export interface Confusion {
  readonly output: string;
  readonly names: readonly string[];
  readonly correct: number;
  readonly samples: number;
  /** How many samples of each class (row) were taken for each class (column). */
  readonly counts: readonly (readonly number[])[];
}

/** What `--labels` names: the samples of a file, and perhaps the output that they belong to. */
export interface GivenLabels {
  readonly samples: Samples;
  readonly output?: string;
}

/**
 * The classes of the samples: those of `--labels`, or else of the only input that could be classes, where one output could tell them. Undefined if
 * there are none; labels that were given must be of use.
 */
export function labelledBy(
  evaluator: Evaluator,
  given: GivenInputs,
  known: Classes,
  labels: GivenLabels | undefined,
): Outcome<Labelled | undefined> {
  const { program, samples, batchSize } = evaluator;
  const telling = program.outputs.filter(output => tellsClasses(output, batchSize));
  if (!labels) {
    const inputs = program.inputs.filter(
      ({ name, type, shape }) => given.data.has(name) && shape.length === 1 && !isFloat(type),
    );
    if (telling.length !== 1 || inputs.length !== 1) return succeeded(undefined);
    const [{ name }] = inputs;
    const names = known.get(name) ?? given.data.get(name)?.classes ?? [];
    return within({ output: telling[0], labels: evaluator.data.data[name].data, names }, samples, batchSize);
  }
  const fitting = telling.filter(({ name }) => labels.output === undefined || name === labels.output);
  if (fitting.length !== 1) return noneTells(evaluator, telling, labels.output);
  // The weights may have been trained with names of classes under whatever input had them.
  const [trained] = known.values();
  const names = trained ?? labels.samples.classes;
  const read = labels.samples.read({ name: 'labels', type: 'i32', shape: [batchSize] }, names);
  if (!read.ok) return read;
  if (read.value.data.length < samples || read.value.shape.length !== 1) {
    const message = `there are ${samples} samples, but labels of [${read.value.shape.join(', ')}]`;
    return failed('uneven-data', message, 'give one class for each sample');
  }
  return within({ output: fitting[0], labels: read.value.data, names }, samples, batchSize);
}

/** Scores of two classes or more, or the class itself. */
function tellsClasses({ type, shape }: ManifestTensor, batchSize: number): boolean {
  if (shape[0] !== batchSize) return false;
  return isFloat(type) ? shape.length === 2 && shape[1] > 1 : shape.length === 1 && type === 'i32';
}

function noneTells({ name, program }: Evaluator, telling: readonly ManifestTensor[], wanted: string | undefined) {
  const names = (telling.length > 0 ? telling : program.outputs).map(output => output.name).join(', ');
  if (telling.length > 1 && wanted === undefined) {
    const message = `${name} has several outputs that tell classes: ${names}`;
    return failed('no-such-output', message, `say which labels are for: --labels ${telling[0].name}=labels.npy`);
  }
  const message = `${name} has no output${wanted === undefined ? '' : ` ${wanted}`} that tells classes, f32[n, classes] or i32[n]: it has ${names}`;
  return failed('no-such-output', message, 'evaluate the model that gives the scores: --program');
}

/** Fails for a label that is no class. */
function within(labelled: Labelled, samples: number, batchSize: number): Outcome<Labelled> {
  const { output, labels } = labelled;
  const classes = output.shape.length === 2 ? output.shape[1] : Number.POSITIVE_INFINITY;
  const at = Array.prototype.findIndex.call(
    labels,
    (label: number) => label < 0 || label >= Math.min(classes, mostClasses),
  );
  if (at === -1 || at >= samples) return succeeded(labelled);
  const message = `the label of sample ${at} is ${labels[at]}, which is none of ${output.name}’s ${classes === Number.POSITIVE_INFINITY ? mostClasses : classes} classes`;
  return failed(
    'no-such-class',
    `${message}, counted from 0`,
    batchSize > 0 ? 'leave the sample out, or give labels from 0 on' : undefined,
  );
}

/** A table of more could not be held. */
const mostClasses = 10_000;

/** The table of what was taken for what. Where no score is greatest (all are NaN), the first class counts. */
export function confusionOf({ rows, samples }: EvaluationResult, { output, labels, names }: Labelled): Confusion {
  const told = classesIn(rows[output.name].data, output);
  const most = told.reduce((most, told, i) => Math.max(most, told, labels[i]), names.length - 1);
  const size = output.shape.length === 2 ? output.shape[1] : Math.min(most + 1, mostClasses);
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  let correct = 0;
  told.forEach((told, i) => {
    if (told === labels[i]) correct++;
    if (counts[labels[i]]?.[told] !== undefined) counts[labels[i]][told]++;
  });
  return { output: output.name, names, correct, samples, counts };
}

function classesIn(data: ElementValues, { shape: [, classes] }: ManifestTensor): readonly number[] {
  if (classes === undefined) return Array.from(data);
  return Array.from({ length: data.length / classes }, (_, row) => {
    let best = 0;
    for (let i = 1; i < classes; i++) if (data[row * classes + i] > data[row * classes + best]) best = i;
    return best;
  });
}
