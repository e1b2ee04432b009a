/** The data that a program is calibrated on: checked, and cut into what one run takes. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type Conversion, convertTensor, type StoredTensor } from '@tessera-dnn/formats';
import { elementCount, type Graph, showType, type TensorType } from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';

/** Values for the inputs of one run, by name, row-major. */
export type Batch = {
  readonly [input: string]: { readonly shape: readonly number[]; readonly data: ArrayLike<number> & Samples };
};

type Samples = Float32Array | Int32Array | Uint8Array | Int8Array;

export interface Calibration {
  readonly batches: number;
  /** How many samples a run takes; how many are used in all, and how many are left because they fill no run. */
  readonly batchSize: number;
  readonly samples: number;
  readonly left: number;
  batch(index: number): Batch;
}

/** The data cut into batches. Every input needs as many samples along its first axis, all of them finite. */
export function calibrationOf(
  { inputs, nodes }: Graph,
  given: ReadonlyMap<string, StoredTensor>,
  conversion?: Conversion,
): Outcome<Calibration> {
  const diagnostics: Diagnostic<Code>[] = [];
  const wanted = inputs.map(({ name, value }) => ({ name, type: nodes[value].type }));
  const names = wanted.map(({ name }) => name);
  for (const name of given.keys()) if (!names.includes(name)) diagnostics.push(strange(name, names));
  const fitted = wanted.flatMap(input => {
    const tensor = given.get(input.name);
    if (tensor === undefined) {
      diagnostics.push(lacking(input));
      return [];
    }
    const fault = faultOf(input, tensor);
    if (fault !== undefined) {
      diagnostics.push(fault);
      return [];
    }
    const converted = convertTensor(tensor, input.type.element, `the data of ${input.name}`, conversion);
    if (!converted.ok) diagnostics.push(...(converted.diagnostics as readonly Diagnostic<Code>[]));
    return converted.ok ? [{ ...input, samples: tensor.shape[0] ?? 1, data: converted.value.data as Samples }] : [];
  });
  for (const { name, type, data } of fitted) {
    const at = data.findIndex(value => !Number.isFinite(value));
    if (at >= 0)
      diagnostics.push(notFinite(name, data[at], Math.floor(at / (elementCount(type.shape) / (type.shape[0] ?? 1)))));
  }
  const [first, ...others] = fitted;
  const uneven = others.find(({ samples }) => samples !== first.samples);
  if (uneven !== undefined) diagnostics.push(differ(first, uneven));
  if (diagnostics.length > 0 || first === undefined) return { ok: false, diagnostics };
  const batchSize = first.type.shape[0] ?? 1;
  const batches = Math.floor(first.samples / batchSize);
  if (batches === 0) return { ok: false, diagnostics: [tooFew(first, batchSize)] };
  const left = first.samples - batches * batchSize;
  const batch = (index: number): Batch =>
    Object.fromEntries(
      fitted.map(({ name, type: { shape }, data }) => {
        const size = elementCount(shape);
        return [name, { shape, data: data.subarray(index * size, (index + 1) * size) }];
      }),
    );
  return { ok: true, value: { batches, batchSize, samples: batches * batchSize, left, batch }, diagnostics: [] };
}

interface Wanted {
  readonly name: string;
  readonly type: TensorType;
}

function error(code: Code, message: string, help?: string): Diagnostic<Code> {
  return { code, severity: 'error', message, help };
}

function faultOf({ name, type }: Wanted, { shape, element }: StoredTensor): Diagnostic<Code> | undefined {
  const [, ...sample] = type.shape;
  const held = `${element}[${shape.join(', ')}]`;
  if (shape.includes(0))
    return error('no-samples', `the data of ${name} are empty: ${held}`, 'give it at least one batch of real samples');
  const fits = shape.length === type.shape.length && sample.every((extent, axis) => extent === shape[axis + 1]);
  if (fits) return undefined;
  const samples = [...(type.shape.length === 0 ? [] : ['samples']), ...sample].join(', ');
  return error(
    'sample-shape',
    `the data of ${name} are ${held}, and the program takes ${showType(type)}`,
    `write them as ${type.element}[${samples}], with the samples along the first axis`,
  );
}

function strange(name: string, names: readonly string[]): Diagnostic<Code> {
  return error('no-such-sample', `the program has no input called ${name}`, `it has ${names.join(', ')}`);
}

function lacking({ name, type }: Wanted): Diagnostic<Code> {
  return error(
    'no-samples',
    `there are no data for the input ${name}: ${showType(type)}`,
    `give it samples: --data ${name}=${name}.npy`,
  );
}

function notFinite(name: string, value: number, sample: number): Diagnostic<Code> {
  return error(
    'sample-not-finite',
    `the data of ${name} hold ${value}, in sample ${sample}`,
    'a range that ends there would give all other numbers one level: take the sample out',
  );
}

function differ(a: Wanted & { readonly samples: number }, b: Wanted & { readonly samples: number }): Diagnostic<Code> {
  return error(
    'sample-shape',
    `there are ${a.samples} samples of ${a.name} and ${b.samples} of ${b.name}`,
    'give all inputs as many',
  );
}

function tooFew({ name, samples }: Wanted & { readonly samples: number }, batchSize: number): Diagnostic<Code> {
  return error(
    'no-samples',
    `${samples} samples of ${name} do not fill one batch of ${batchSize}`,
    'give more, or a smaller batch: --set PROGRAM.n=1',
  );
}
