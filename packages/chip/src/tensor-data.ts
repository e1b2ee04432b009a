/** Tensors as JavaScript holds them, and their checked way into and out of a chip's memory. */
import type { Diagnostic } from '@tessera/diagnostics';
import type { ManifestElement } from '@tessera/machine';
import type { Code } from './explain/catalogue.ts';

/** Elements in row-major order: f32 Float32Array, i32 Int32Array, bool and u8 Uint8Array, i8 Int8Array, f16 and bf16 their bits. */
export type TensorData = Float32Array | Int32Array | Uint8Array | Int8Array | Uint16Array;

/** Data alone fits every shape of as many elements; with a shape, the shape must be the same. */
export type TensorInput = TensorData | { readonly shape: readonly number[]; readonly data: TensorData };

/** A tensor in memory, by the manifest. */
export interface TensorPlace {
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  readonly address: number;
}

const arrays = {
  f32: Float32Array,
  i32: Int32Array,
  bool: Uint8Array,
  u8: Uint8Array,
  i8: Int8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
} as const satisfies { readonly [element in ManifestElement]: unknown };

/** Why `input` cannot be `what`, or `undefined`: `wrong-type` or `wrong-shape`, with both sides. */
export function tensorFault(
  input: TensorInput,
  { type, shape }: Pick<TensorPlace, 'type' | 'shape'>,
  what: string,
): Diagnostic<Code> | undefined {
  const data = dataOf(input);
  const wanted = arrays[type].name;
  // By name, so that arrays of another window or worker realm are welcome too.
  const found = ArrayBuffer.isView(data) ? data.constructor.name : typeof data;
  const isBytes = found === 'Buffer' && wanted === 'Uint8Array';
  if (found !== wanted && !isBytes) {
    const help = `wrap the numbers: ${wanted}.from(numbers)`;
    return {
      code: 'wrong-type',
      severity: 'error',
      message: `${what} is ${type}, so it takes ${withArticle(wanted)}, not ${withArticle(found)}`,
      help,
    };
  }
  const expected = `${type}[${shape.join(', ')}]`;
  const given = 'shape' in input ? input.shape : undefined;
  if (given && (given.length !== shape.length || given.some((extent, axis) => extent !== shape[axis]))) {
    return {
      code: 'wrong-shape',
      severity: 'error',
      message: `${what} is ${expected}, but [${given.join(', ')}] was given`,
    };
  }
  const count = elementsOf(shape);
  if (data.length === count) return undefined;
  return {
    code: 'wrong-shape',
    severity: 'error',
    message: `${what} is ${expected}, ${count} elements, but ${data.length} were given`,
  };
}

/** Copies `input`, which has no fault, to its place. Any truth value that is not 0 becomes 1. */
export function writeTensor(memory: WebAssembly.Memory, input: TensorInput, place: TensorPlace): void {
  const data = dataOf(input);
  viewOf(memory, place).set(place.type === 'bool' ? data.map(value => (value === 0 ? 0 : 1)) : data);
}

/** A copy of the tensor at `place`. */
export function readTensor(memory: WebAssembly.Memory, place: TensorPlace): TensorData {
  return viewOf(memory, place).slice();
}

function viewOf(memory: WebAssembly.Memory, { type, shape, address }: TensorPlace): TensorData {
  return new arrays[type](memory.buffer, address, elementsOf(shape));
}

/** One number as a tensor of one element; halves are their bits, so they have no number. */
export function scalar(type: ManifestElement, value: number): TensorData {
  return arrays[type].of(value);
}

export function dataOf(input: TensorInput): TensorData {
  return ArrayBuffer.isView(input) || !('data' in input) ? (input as TensorData) : input.data;
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
