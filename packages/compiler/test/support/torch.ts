/**
 * Fixtures that tools/fixtures/make.py writes: a program, PyTorch's weights, and calls with PyTorch's answers. `firstMistake` compiles
 * one, makes its calls in order on one instance with nothing but the WebAssembly API, and says what is not as PyTorch has it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readNpy, readSafetensors, type StoredTensor } from '@tessera-dnn/formats';
import type { Manifest, ManifestTensor } from '@tessera-dnn/machine';
import { type CompileOptions, compile } from '../../src/index.ts';
import { elementsAt, relativeError } from './run-module.ts';

export const fixtures = new URL('../fixtures/torch/', import.meta.url);

export interface Call {
  readonly program: string;
  readonly inputs: ReadonlyMap<string, StoredTensor>;
  readonly outputs: ReadonlyMap<string, StoredTensor>;
}

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly weights?: ReadonlyMap<string, StoredTensor>;
  readonly calls: readonly Call[];
}

export function fixtureNames(root = fixtures): readonly string[] {
  return readdirSync(root).sort();
}

/** The tensors of the i-th call are in i.PROGRAM.in.INPUT.npy and i.PROGRAM.out.OUTPUT.npy; the program in program.dnn, unless it is given. */
export function readFixture(name: string, root = fixtures, program?: URL): Fixture {
  const folder = new URL(`${name}/`, root);
  const weightsFile = new URL('weights.safetensors', folder);
  const calls: { program: string; inputs: Map<string, StoredTensor>; outputs: Map<string, StoredTensor> }[] = [];
  for (const file of readdirSync(folder)) {
    const [, index, program, side, tensor] = /^(\d+)\.(\w+)\.(in|out)\.(\w+)\.npy$/.exec(file) ?? [];
    if (tensor === undefined) continue;
    calls[Number(index)] ??= { program, inputs: new Map(), outputs: new Map() };
    const call = calls[Number(index)];
    (side === 'in' ? call.inputs : call.outputs).set(tensor, unwrap(readNpy(readFileSync(new URL(file, folder)))));
  }
  return {
    name,
    text: readFileSync(program ?? new URL('program.dnn', folder), 'utf8'),
    weights: existsSync(weightsFile) ? unwrap(readSafetensors(readFileSync(weightsFile))).tensors : undefined,
    calls,
  };
}

/** A sentence for the first difference from PyTorch beyond `tolerance`, relative to the largest number of the output. */
export function firstMistake(fixture: Fixture, options: CompileOptions, tolerance: number): string | undefined {
  const source = { name: `${fixture.name}.dnn`, text: fixture.text };
  const { bytes, manifest } = unwrap(compile(source, { verify: true, ...options, weights: fixture.weights }));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  // States without weights begin at their first values.
  if (manifest.variables.some(({ embedded }) => !embedded)) (exports['init'] as (seed: number) => void)(1);
  for (const [i, call] of fixture.calls.entries()) {
    const found = mistakeOfCall(call, manifest, exports, tolerance);
    if (found) return `call ${i} of ${call.program}: ${found}`;
  }
  return undefined;
}

function mistakeOfCall(
  { program, inputs, outputs }: Call,
  manifest: Manifest,
  exports: WebAssembly.Exports,
  tolerance: number,
): string | undefined {
  const entry = manifest.programs[program];
  const memory = exports['memory'] as WebAssembly.Memory;
  for (const input of entry.inputs) {
    const given = tensorOf(inputs, input);
    viewOf(memory, input).set(given.data as ArrayLike<number>);
  }
  (exports[program] as () => void)();
  if (entry.outputs.length !== outputs.size) return `outputs ${entry.outputs.map(({ name }) => name).join(', ')}`;
  for (const output of entry.outputs) {
    const wanted = tensorOf(outputs, output).data as ArrayLike<number>;
    const got = viewOf(memory, output);
    const error = relativeError(got, wanted);
    // Whole numbers and truth have no rounding.
    if (output.type === 'f32' ? error <= tolerance : error === 0) continue;
    const at = Array.from(got).findIndex((x, k) => relativeError([x], [wanted[k]]) > tolerance);
    return `${output.name} is off by ${error}, first at element ${at}: ${got[at]}, PyTorch ${wanted[at]}`;
  }
  return undefined;
}

function tensorOf(tensors: ReadonlyMap<string, StoredTensor>, { name, type, shape }: ManifestTensor): StoredTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`the fixture has no tensor ${name}`);
  const [is, has] = [`${type}[${shape}]`, `${tensor.element}[${tensor.shape}]`];
  if (is !== has) throw new Error(`${name} is ${is}, in the fixture ${has}`);
  return tensor;
}

function viewOf(memory: WebAssembly.Memory, { type, address, bytes }: ManifestTensor) {
  return elementsAt({ element: type }, memory, address, type === 'bool' ? bytes : bytes / 4);
}

export function unwrap<T>(outcome: { readonly ok: true; readonly value: T } | Failure): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
}

interface Failure {
  readonly ok: false;
  readonly diagnostics: readonly { readonly message: string }[];
}
