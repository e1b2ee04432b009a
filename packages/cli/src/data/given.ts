/** Reads the files and values that the command line gives to a program's inputs, and converts them for these. */
import { type Diagnostic, isError, type Outcome } from '@tessera-dnn/diagnostics';
import { type Conversion, convertTensor, type StoredTensor } from '@tessera-dnn/formats';
import type { ast } from '@tessera-dnn/language';
import type { ManifestProgram, ManifestTensor } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { readTensor } from '../files/weights.ts';
import { isNumber, type Lists, type Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { boundDimensions } from '../running/dimensions.ts';
import { failed, succeeded } from '../session.ts';
import { suggest } from '../suggest.ts';
import { openSamples } from './open.ts';
import { joined, type Samples, type ShapedData, type Target } from './samples.ts';

/** What the user gave for the inputs, by name: samples, and values that are the same in all steps. */
export interface GivenInputs {
  readonly data: ReadonlyMap<string, Samples>;
  readonly values: ReadonlyMap<string, StoredTensor | number>;
}

export interface Fitted {
  readonly data: { readonly [name: string]: ShapedData };
  readonly inputs: { readonly [name: string]: number | ShapedData };
}

/** Opens all files. `--input` takes a number or a file, an input of `--data` any number of files. */
export async function readGiven(
  io: Io,
  { data = {}, input = {} }: { readonly data?: Lists; readonly input?: Pairs },
): Promise<Outcome<GivenInputs>> {
  const diagnostics: Diagnostic[] = [];
  const samples = new Map<string, Samples>();
  for (const [name, texts] of Object.entries(data)) {
    const parts = await Promise.all(texts.map(text => openSamples(io, name, text)));
    diagnostics.push(...parts.flatMap(part => part.diagnostics));
    const opened = parts.flatMap(part => (part.ok ? [part.value] : []));
    if (opened.length === parts.length) samples.set(name, joined(opened));
  }
  const values = new Map<string, StoredTensor | number>();
  for (const [name, text] of Object.entries(input)) {
    const value = isNumber(text) ? succeeded(Number(text)) : readTensor(io, text);
    diagnostics.push(...value.diagnostics);
    if (value.ok) values.set(name, value.value);
  }
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded({ data: samples, values }, diagnostics);
}

/**
 * The dimensions of a program by the shapes of its data: that of one sample, with the size of a batch in front, if it is given. How many samples
 * there are in all says nothing about the program.
 */
export function dimensionsOf(program: ast.Entry, { data, values }: GivenInputs, batch = 0): Pairs {
  const shapes = new Map<string, { readonly shape: readonly number[] }>();
  for (const [name, value] of values) if (typeof value !== 'number') shapes.set(name, value);
  for (const { name, type } of program.inputs) {
    const samples = data.get(name.text);
    if (samples) shapes.set(name.text, { shape: [batch, ...samples.extents(type.dimensions.length)] });
  }
  return boundDimensions(program, shapes);
}

/** Whether the size of a batch is a dimension of the program, so that it can be compiled for any. */
export function takesBatches({ dimensions, inputs }: ast.Entry, { data }: GivenInputs): boolean {
  const names = new Set(dimensions.map(({ name }) => name.text));
  return inputs
    .filter(({ name }) => data.has(name.text))
    .every(
      ({
        type: {
          dimensions: [first],
        },
      }) => first?.kind === 'reference' && names.has(first.name),
    );
}

/**
 * All inputs in the program's element types, or a diagnostic for each wrong name, wrong type and missing input. Classes have the numbers they have
 * in `classes`, by input, where there are some. The chip checks shapes, lengths and numbers.
 */
export function fitted(
  name: string,
  program: ManifestProgram,
  given: GivenInputs,
  classes: Classes = classesOf(given),
  conversion: Conversion = 'exact',
): Outcome<Fitted> {
  const inputs = new Map(program.inputs.map(input => [input.name, input]));
  const diagnostics: Diagnostic[] = [];
  const fit = <V, T>(values: ReadonlyMap<string, V>, one: (value: V, input: ManifestTensor) => Outcome<T>) =>
    Object.fromEntries(
      [...values].flatMap(([key, value]) => {
        const input = inputs.get(key);
        const converted = input ? one(value, input) : unknownInput(name, key, [...inputs.keys()]);
        diagnostics.push(...converted.diagnostics);
        return converted.ok ? [[key, converted.value]] : [];
      }),
    );
  const data = fit(given.data, (samples, input) =>
    samples.read({ ...input, conversion }, classes.get(input.name) ?? samples.classes),
  );
  const result = { data, inputs: fit(given.values, (value, input) => convert(value, { ...input, conversion })) };
  diagnostics.push(...[...given.data.keys()].filter(key => given.values.has(key)).map(twice));
  const missing = program.inputs.filter(input => !given.data.has(input.name) && !given.values.has(input.name));
  if (missing.length > 0) diagnostics.push(missingData(name, missing, given));
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(result, diagnostics);
}

/** The names of classes in order, by the input that has their numbers. */
export type Classes = ReadonlyMap<string, readonly string[]>;

/** The classes that files name. */
export function classesOf({ data }: GivenInputs): Classes {
  return new Map([...data].flatMap(([input, { classes }]) => (classes.length > 0 ? [[input, classes]] : [])));
}

function convert(value: StoredTensor | number, { name, type, conversion }: Target): Outcome<number | ShapedData> {
  if (typeof value === 'number') return succeeded(value);
  const converted = convertTensor(value, type, `the data for ${name}`, conversion);
  return converted.ok ? succeeded({ shape: value.shape, data: converted.value.data }) : converted;
}

function unknownInput(program: string, name: string, names: readonly string[]) {
  const help = suggest(name, names, names.length > 0 ? `it has ${names.join(', ')}` : 'it has none');
  return failed('no-such-input', `${program} has no input called ${name}`, help);
}

function twice(name: string): Diagnostic<Code> {
  const message = `input ${name} is given samples and one value for all steps`;
  return { code: 'input-given-twice', severity: 'error', message, help: 'leave --data or --input out' };
}

function missingData(program: string, inputs: readonly ManifestTensor[], { data }: GivenInputs): Diagnostic<Code> {
  const wanted = inputs.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`).join('\n  ');
  // A file that names classes, such as a folder of pictures, most likely has those of an input with one integer for each sample.
  const named = [...data.values()].find(({ classes }) => classes.length > 0)?.name;
  const flags = inputs.map(({ name, type, shape }) => {
    if (shape.length === 0) return `--input ${name}=0.1`;
    return `--data ${name}=${shape.length === 1 && type === 'i32' && named ? named : `${name}.npy`}`;
  });
  const message = `${program} needs data for\n  ${wanted}`;
  return { code: 'missing-data', severity: 'error', message, help: flags.join(' ') };
}
