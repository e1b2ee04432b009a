/** Imports the model of a case, compiles and runs it, and compares what comes out with what the case says. */
import { createChip, type Inputs, loadArtifact } from '@tessera-dnn/chip';
import { compile, operationTable } from '@tessera-dnn/compiler';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { convertTensor, type StoredTensor } from '@tessera-dnn/formats';
import { formatSource } from '@tessera-dnn/language';
import { type Imported, type ImportOptions, importOnnx, inputsOf } from '@tessera-dnn/onnx';
import { type Case, modelOf, tensorsOf } from './cases.ts';

export type Verdict =
  | { readonly kind: 'right' }
  /** Told as what cannot be taken. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'crash'; readonly reason: string };

const tolerance = { relative: 1e-3, absolute: 1e-7 };

/** How a case comes out. Never throws. */
export async function judge(one: Case, options: Partial<ImportOptions> = {}): Promise<Verdict> {
  try {
    return await judged(one, options);
  } catch (error) {
    return { kind: 'crash', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function judged(one: Case, options: Partial<ImportOptions>): Promise<Verdict> {
  const model = modelOf(one);
  const all: ImportOptions = { table: operationTable, file: 'model.onnx', ...options };
  const [inputs, expected] = [tensorsOf(one, 'input'), tensorsOf(one, 'output')];
  const first = importOnnx(model, all);
  const isOpen = !first.ok && first.diagnostics.some(({ help }) => help?.includes('--const'));
  const imported = isOpen && inputs ? importOnnx(model, { ...all, constants: indices(model, inputs) }) : first;
  if (!imported.ok) return refused(imported.diagnostics);
  if (inputs === undefined || expected === undefined) return { kind: 'wrong', reason: 'its data are no tensors' };
  const { text } = imported.value;
  const formatted = formatSource(text);
  if (!formatted.ok || formatted.value !== text) return { kind: 'wrong', reason: 'the formatter changes its text' };
  const names = inputsOf(model);
  const taken = imported.value.inputs.map(({ original }) => inputs[names.indexOf(original)]);
  return run(imported.value, taken, expected);
}

/** Inputs that say places, shapes and counts, as constants: what `--const` does for a user. */
function indices(model: Uint8Array, inputs: readonly StoredTensor[]): ReadonlyMap<string, StoredTensor> {
  const names = inputsOf(model);
  const isIndex = ({ element, data }: StoredTensor) => !element.startsWith('f') || data.length <= 8;
  return new Map(inputs.flatMap((tensor, at) => (isIndex(tensor) ? [[names[at], tensor] as const] : [])));
}

function refused(diagnostics: readonly Diagnostic[]): Verdict {
  return { kind: 'refused', reason: diagnostics.map(({ message }) => message).join(' | ') };
}

async function run(
  imported: Imported,
  inputs: readonly StoredTensor[],
  expected: readonly StoredTensor[],
): Promise<Verdict> {
  const outputs = await runImported(imported, inputs);
  for (const [at, output] of outputs.entries()) {
    const reason = difference(output, expected[at]);
    if (reason !== undefined) return { kind: 'wrong', reason: `output ${at}: ${reason}\n${imported.text}` };
  }
  return { kind: 'right' };
}

/** A tensor as a chip gives it. */
export interface OutputTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & Iterable<number>;
}

/** The outputs of an imported program in their order. Throws where it does not compile, or does not take the inputs. */
export async function runImported(
  imported: Imported,
  inputs: readonly StoredTensor[],
): Promise<readonly OutputTensor[]> {
  const artifact = value(compile({ name: 'model.dnn', text: imported.text }, { weights: imported.weights }), imported);
  const chip = value(await createChip(value(await loadArtifact(artifact.bytes), imported)), imported);
  const program = chip.manifest.programs[imported.network];
  const given = program.inputs.map(({ name, type, shape }) => {
    const at = imported.inputs.findIndex(input => input.name === name);
    const { data } = value(convertTensor(narrowed(inputs[at], type), type), imported);
    // An operand that only says a type comes as one element.
    const isWhole = inputs[at].shape.length === shape.length || data.length > 1;
    return [name, isWhole ? { shape: inputs[at].shape, data } : { shape, data: filled(shape, data[0]) }] as const;
  });
  const outputs = value(chip.run(imported.network, Object.fromEntries(given) as Inputs), imported);
  return imported.outputs.map(({ name }) => {
    const { shape, type } = program.outputs.find(output => output.name === name)!;
    return { shape, type, data: outputs[name] };
  });
}

function filled(shape: readonly number[], one: number): Float32Array {
  return new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(one);
}

function value<T>(outcome: Outcome<T>, { text }: Imported): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.diagnostics[0].message}\n${text}`);
}

/** f64 as f32, whose roundings are part of what `--narrow` asks for. The cases keep bf16 as whole numbers of 16 bits. */
function narrowed(tensor: StoredTensor, type: string): StoredTensor {
  if (tensor.element === 'u16' && type === 'bf16') return { ...tensor, element: 'bf16' };
  return tensor.element === 'f64' ? { ...tensor, element: 'f32', data: Float32Array.from(tensor.data) } : tensor;
}

function difference({ shape, type, data: given }: OutputTensor, expected: StoredTensor): string | undefined {
  if (shape.join() !== expected.shape.join()) return `[${shape.join(', ')}], not [${expected.shape.join(', ')}]`;
  const wanted = valuesOf(narrowed(expected, type));
  // The cases cut bf16 off where everyone else rounds.
  const relative = type === 'bf16' ? 2 ** -7 : tolerance.relative;
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [given[i], wanted[i]];
    const isNear = Math.abs(a - b) <= tolerance.absolute + relative * Math.abs(b);
    if (!isNear && !Object.is(a, b) && a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
      return `${a}, not ${b}, at ${i}`;
  }
  return undefined;
}

function valuesOf(tensor: StoredTensor): ArrayLike<number> {
  if (tensor.element === 'f16' || tensor.element === 'bf16') {
    const converted = convertTensor(tensor, tensor.element);
    return converted.ok ? (converted.value.data as ArrayLike<number>) : [];
  }
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}
