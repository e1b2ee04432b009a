/** Reads the arrays and values that the command line names and converts them for the inputs of a train program. */
import type { Feed, TrainingData } from '@tessera-dnn/chip';
import { type Diagnostic, isError, type Outcome } from '@tessera-dnn/diagnostics';
import { convertTensor, type StoredTensor } from '@tessera-dnn/formats';
import type { ManifestProgram, ManifestTensor } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { readTensor } from '../files/weights.ts';
import { isNumber, type Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { suggest } from '../suggest.ts';

/** What the user gave for the inputs, by name: samples, and values that are the same in all steps. */
export interface GivenInputs {
  readonly data: ReadonlyMap<string, StoredTensor>;
  readonly values: ReadonlyMap<string, StoredTensor | number>;
}

export interface Fitted {
  readonly data: TrainingData;
  readonly inputs: { readonly [name: string]: Feed };
}

/** Reads all files. `--input` takes a number or a file. */
export function readGiven(io: Io, { data = {}, input = {} }: { data?: Pairs; input?: Pairs }): Outcome<GivenInputs> {
  const diagnostics: Diagnostic[] = [];
  const read = <T>(pairs: Pairs, one: (text: string) => Outcome<T>): ReadonlyMap<string, T> => {
    const values = Object.entries(pairs).map(([name, text]) => [name, one(text)] as const);
    diagnostics.push(...values.flatMap(([, value]) => value.diagnostics));
    return new Map(values.flatMap(([name, value]) => (value.ok ? [[name, value.value]] : [])));
  };
  const given = {
    data: read<StoredTensor>(data, file => readTensor(io, file)),
    values: read<StoredTensor | number>(input, text =>
      isNumber(text) ? succeeded(Number(text)) : readTensor(io, text),
    ),
  };
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(given, diagnostics);
}

/**
 * All inputs in the program's element types, or a diagnostic for each wrong name, wrong type and missing input. The chip checks shapes,
 * lengths and numbers.
 */
export function fitted(name: string, program: ManifestProgram, given: GivenInputs): Outcome<Fitted> {
  const inputs = new Map(program.inputs.map(input => [input.name, input]));
  const diagnostics: Diagnostic[] = [];
  const fit = <T>(values: ReadonlyMap<string, StoredTensor | number>) =>
    Object.fromEntries(
      [...values].flatMap(([key, value]) => {
        const input = inputs.get(key);
        const converted = input ? convert(value, input) : unknownInput(name, key, [...inputs.keys()]);
        diagnostics.push(...converted.diagnostics);
        return converted.ok ? [[key, converted.value as T]] : [];
      }),
    );
  const result = { data: fit<TrainingData[string]>(given.data), inputs: fit<Feed>(given.values) };
  diagnostics.push(...[...given.data.keys()].filter(key => given.values.has(key)).map(twice));
  const missing = program.inputs.filter(input => !given.data.has(input.name) && !given.values.has(input.name));
  if (missing.length > 0) diagnostics.push(missingData(name, missing));
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(result, diagnostics);
}

function convert(value: StoredTensor | number, { name, type }: ManifestTensor): Outcome<Feed> {
  if (typeof value === 'number') return succeeded(value);
  const converted = convertTensor(value, type, `the data for ${name}`);
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

function missingData(program: string, inputs: readonly ManifestTensor[]): Diagnostic<Code> {
  const wanted = inputs.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`).join('\n  ');
  const flags = inputs.map(({ name, shape }) =>
    shape.length > 0 ? `--data ${name}=${name}.npy` : `--input ${name}=0.1`,
  );
  const message = `${program} needs data for\n  ${wanted}`;
  return { code: 'missing-data', severity: 'error', message, help: flags.join(' ') };
}
