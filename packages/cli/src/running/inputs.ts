/** Converts tensors from files to the element types of a program's inputs. */
import type { Inputs, TensorInput } from '@tessera-dnn/chip';
import { type Diagnostic, isError, type Outcome } from '@tessera-dnn/diagnostics';
import { type Conversion, convertTensor } from '@tessera-dnn/formats';
import type { ManifestProgram, ManifestTensor } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import type { Pairs } from '../flags/values.ts';
import { succeeded } from '../session.ts';
import { suggest } from '../suggest.ts';
import type { GivenInput } from './files.ts';

/**
 * All inputs in the program's element types, or a diagnostic for each wrong name, missing input and wrong type. What is given in 32 bits for an
 * input of 16 is rounded without a word: it is what the program asks for, and every run would say it again. The chip checks the shapes.
 */
export function fittedInputs(
  name: string,
  program: ManifestProgram,
  given: ReadonlyMap<string, GivenInput>,
  conversion: Conversion = 'exact',
): Outcome<Inputs> {
  const names = program.inputs.map(input => input.name);
  const diagnostics: Diagnostic[] = [];
  for (const spare of given.keys()) if (!names.includes(spare)) diagnostics.push(unknown(name, 'input', spare, names));
  const missing = program.inputs.filter(input => !given.has(input.name));
  if (missing.length > 0) diagnostics.push(missingInputs(name, missing));
  const fitted = new Map<string, TensorInput>();
  for (const input of program.inputs) {
    const tensor = given.get(input.name);
    if (tensor === undefined) continue;
    const converted = convert(tensor, input, conversion);
    diagnostics.push(...converted.diagnostics);
    if (converted.ok) fitted.set(input.name, converted.value);
  }
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(Object.fromEntries(fitted), diagnostics);
}

/** A diagnostic for each `--output` whose name is not an output of the program. */
export function unknownOutputs(name: string, program: ManifestProgram, wanted: Pairs): readonly Diagnostic[] {
  const names = program.outputs.map(output => output.name);
  return Object.keys(wanted)
    .filter(output => !names.includes(output))
    .map(output => unknown(name, 'output', output, names));
}

function convert(given: GivenInput, input: ManifestTensor, conversion: Conversion = 'exact'): Outcome<TensorInput> {
  if (typeof given === 'number') return succeeded(given);
  if ('read' in given) return given.read(input);
  const converted = convertTensor(given, input.type, `input ${input.name}`, conversion);
  return converted.ok ? succeeded({ shape: given.shape, data: converted.value.data }) : converted;
}

function missingInputs(program: string, inputs: readonly ManifestTensor[]): Diagnostic<Code> {
  const wanted = inputs.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`).join('\n  ');
  const flags = inputs.map(({ name, shape }) => `--input ${name}=${shape.length > 0 ? `${name}.npy` : '0.1'}`);
  const orNumber = inputs.some(({ shape }) => shape.length === 0) ? ', or a number' : '';
  const help = `give each a file${orNumber}: ${flags.join(' ')}`;
  return { code: 'missing-input', severity: 'error', message: `${program} needs values for\n  ${wanted}`, help };
}

const unknownCodes = { input: 'no-such-input', output: 'no-such-output' } as const;

function unknown(program: string, side: 'input' | 'output', name: string, names: readonly string[]): Diagnostic<Code> {
  const help = suggest(name, names, names.length > 0 ? `it has ${names.join(', ')}` : 'it has none');
  return { code: unknownCodes[side], severity: 'error', message: `${program} has no ${side} called ${name}`, help };
}
