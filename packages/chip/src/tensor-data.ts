/** Tensors as JavaScript holds them; how they are checked, and copied into and out of a chip's memory. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { ManifestElement } from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';

/**
 * Elements in row-major order: Float32Array for f32, Int32Array for i32, Uint8Array for bool and u8, Int8Array for i8; f16 and bf16 as 16
 * bits each.
 */
export type TensorData = Float32Array | Int32Array | Uint8Array | Int8Array | Uint16Array;

/** Data without a shape fits every shape with as many elements; data with a shape fits only that shape. */
export type TensorInput = TensorData | { readonly shape: readonly number[]; readonly data: TensorData };

/** Where a tensor lies in the memory, as the manifest says; `address` in bytes. */
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

/**
 * Why `input` cannot be the tensor that `what` names in messages: `wrong-type` or `wrong-shape`, with what was wanted and what was
 * given; `undefined` if it can.
 */
export function tensorFault(
  input: TensorInput,
  { type, shape }: Pick<TensorPlace, 'type' | 'shape'>,
  what: string,
): Diagnostic<Code> | undefined {
  const data = dataOf(input);
  const wanted = arrays[type].name;
  // Constructors are compared by name, since an array of another window or worker has another constructor of the same name.
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

/** Copies `input` to its place; `tensorFault` must have found no fault. Any truth value but 0 becomes 1. */
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

/** One number as a tensor of one element. For f16 and bf16 it is taken as the bits. */
export function scalar(type: ManifestElement, value: number): TensorData {
  return arrays[type].of(value);
}

/** The elements of an input, with or without a shape. */
export function dataOf(input: TensorInput): TensorData {
  return ArrayBuffer.isView(input) || !('data' in input) ? (input as TensorData) : input.data;
}

/** The number of elements of a tensor of this shape; 1 for a scalar. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
