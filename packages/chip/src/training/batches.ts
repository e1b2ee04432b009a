/**
 * Data for training, cut into batches: the first axis of every array counts samples, and the first axis of the program's input says how
 * many of them a step takes. The samples that are left over and fill no batch are left out; with shuffling these are others in each epoch.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { ManifestProgram, ManifestTensor } from '@tessera-dnn/machine';
import type { Inputs } from '../chip.ts';
import type { Code } from '../explain/catalogue.ts';
import { type Failure, failed, succeeded, unknownName } from '../outcome.ts';
import { elementsFor, elementsOf, type GivenData, partsOf, type TensorData, type TensorInput } from '../tensor-data.ts';

/** All samples by the name of the input, each `[samples, …]`, row-major, in the element type of the input. */
export type TrainingData = { readonly [input: string]: TensorInput };

/** The data of a training. All counts are of samples or steps. */
export interface Batches {
  readonly samples: number;
  /** Samples a step takes. */
  readonly batchSize: number;
  /** Steps in an epoch. */
  readonly count: number;
  readonly columns: readonly SampleColumn[];
}

/** The samples of one input. */
export interface SampleColumn {
  readonly name: string;
  readonly data: TensorData;
  readonly sampleElements: number;
}

/**
 * Cuts `data` into batches for the program called `name`. Fails with everything that is wrong at once: `no-such-input`, `wrong-type`,
 * `wrong-shape`, `missing-data` where there is none at all, `uneven-data` where numbers of samples or batch sizes differ,
 * `too-few-samples` where they fill no batch.
 */
export function cutBatches(name: string, program: ManifestProgram, data: TrainingData): Outcome<Batches> {
  const columns = Object.entries(data).map(([input, given]) => columnOf(name, program, input, given));
  const diagnostics = columns.flatMap(column => column.diagnostics);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const sound = columns.flatMap(column => (column.ok ? [column.value] : []));
  if (sound.length === 0) return failed('missing-data', `${name} has no data to train on`);
  const [{ samples, batchSize }] = sound;
  const uneven = sound.find(column => column.samples !== samples || column.batchSize !== batchSize);
  if (uneven) return unevenData(name, sound);
  const count = Math.floor(samples / batchSize);
  if (count === 0) return tooFew(name, samples, batchSize);
  return succeeded({ samples, batchSize, count, columns: sound });
}

interface MeasuredColumn extends SampleColumn {
  readonly samples: number;
  readonly batchSize: number;
}

function columnOf(program: string, { inputs }: ManifestProgram, name: string, given: TensorInput) {
  const input = inputs.find(input => input.name === name);
  if (!input) {
    const names = inputs.map(({ name }) => name);
    return unknownName('no-such-input', `${program} has no input`, name, names);
  }
  if (input.shape.length === 0) return noAxis(program, name);
  const { data, shape } = partsOf(given);
  const isShape = Array.isArray(shape);
  if (typeof given === 'number' || (isShape && shape.length === 0)) return noSamples(program, input);
  const [batchSize, ...sample] = input.shape;
  const sampleElements = elementsOf(sample);
  const length = ArrayBuffer.isView(data) ? (data as GivenData).length : 0;
  const samples = isShape ? Number(shape[0]) : Math.floor(length / sampleElements);
  const wanted = { type: input.type, shape: [samples, ...sample] };
  const elements = elementsFor(given, wanted, `data for ${name} of ${program}`);
  if (!elements.ok) return elements;
  const column: MeasuredColumn = { name, data: plain(elements.value), sampleElements, samples, batchSize };
  return succeeded(column);
}

/** Data whose `slice` makes copies: that of a Node `Buffer` would share its bytes. */
function plain(data: GivenData): TensorData {
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  return isBytes ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;
}

function noAxis(program: string, name: string): Failure {
  const message = `input ${name} of ${program} has no axis that could count samples`;
  return failed('wrong-shape', message, 'give it one value for all steps, or one by the step');
}

function noSamples(program: string, { name, type, shape }: ManifestTensor): Failure {
  const wanted = ['samples', ...shape.slice(1)].join(', ');
  return failed('wrong-shape', `data for ${name} of ${program} is ${type}[${wanted}], but a single number was given`);
}

function unevenData(program: string, columns: readonly MeasuredColumn[]): Failure {
  const [first] = columns;
  const one = columns.every(column => column.batchSize === first.batchSize);
  const counts = columns.map(({ name, samples, batchSize }) => `${name} ${one ? samples : batchSize}`).join(', ');
  const message = one
    ? `the data for ${program} has different numbers of samples: ${counts}`
    : `the inputs of ${program} take different numbers of samples in a step: ${counts}`;
  return failed('uneven-data', message);
}

function tooFew(program: string, samples: number, batchSize: number): Failure {
  const message = `a step of ${program} takes ${batchSize} samples, but there are only ${samples}`;
  return failed('too-few-samples', message, 'compile it for smaller batches');
}

/** One `missing-data` that lists all inputs without a value, or nothing if there are none. */
export function missingData(program: string, missing: readonly ManifestTensor[]): readonly Diagnostic<Code>[] {
  if (missing.length === 0) return [];
  const wanted = missing.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`).join('\n  ');
  return [{ code: 'missing-data', severity: 'error', message: `${program} needs data for\n  ${wanted}` }];
}

/** The inputs of step `at` of an epoch, counted from 0. Samples come in the given order, or in that of the data. They may share the data. */
export function takeBatch({ columns, batchSize }: Batches, order: Uint32Array | undefined, at: number): Inputs {
  const begin = at * batchSize;
  const end = begin + batchSize;
  const batchOf = ({ data, sampleElements: size }: SampleColumn) =>
    order ? gather(data, size, order.subarray(begin, end)) : data.subarray(begin * size, end * size);
  return Object.fromEntries(columns.map(column => [column.name, batchOf(column)]));
}

function gather(data: TensorData, size: number, samples: Uint32Array): TensorData {
  const batch = data.slice(0, samples.length * size);
  samples.forEach((sample, i) => {
    batch.set(data.subarray(sample * size, (sample + 1) * size), i * size);
  });
  return batch;
}
