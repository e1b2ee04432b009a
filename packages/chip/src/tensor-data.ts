/** Tensors as JavaScript holds them; how they are checked, and copied into and out of a chip's memory. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import {
  type ElementValues,
  isFloat,
  type ManifestElement,
  readElements,
  valueArrays,
  writeElements,
} from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';
import { failed, succeeded } from './outcome.ts';

/**
 * Elements in row-major order: Float32Array for f32, f16 and bf16, Int32Array for i32, Int8Array for i8, Uint8Array for u8 and bool. All
 * values of f16 and bf16 are 32-bit floats too, so what is read is exact; what is written is rounded to the nearest, of two equally near
 * ones to the even one, and beyond the largest to infinity, as a chip does when it stores a sum.
 */
export type TensorData = ElementValues;

/** What a caller may give as elements: also the bytes of a canvas's pixels, for u8 and bool. */
export type GivenData = TensorData | Uint8ClampedArray;

/** Data without a shape fits every shape with as many elements; data with a shape fits only that shape. */
export type TensorInput = GivenData | { readonly shape: readonly number[]; readonly data: GivenData };

/** Where a tensor lies in the memory, as the manifest says; `address` in bytes. */
export interface TensorPlace {
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  readonly address: number;
}

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
  const wanted = valueArrays[type].name;
  // Constructors are compared by name, since an array of another window or worker has another constructor of the same name.
  const found = ArrayBuffer.isView(data) ? data.constructor.name : typeof data;
  const isBytes = wanted === 'Uint8Array' && (found === 'Buffer' || found === 'Uint8ClampedArray');
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
export function writeTensor(memory: WebAssembly.Memory, input: TensorInput, { type, address }: TensorPlace): void {
  const data = dataOf(input);
  writeElements(memory.buffer, type, address, type === 'bool' ? data.map(value => (value === 0 ? 0 : 1)) : data);
}

/** A copy of the tensor at `place`. */
export function readTensor(memory: WebAssembly.Memory, { type, shape, address }: TensorPlace): TensorData {
  return readElements(memory.buffer, type, address, elementsOf(shape));
}

/**
 * One number as a tensor of one element, or a `wrong-type`: integers are neither rounded nor wrapped. For bool any number but 0 is true.
 * `what` names the tensor in messages.
 */
export function scalar(type: ManifestElement, value: number, what: string): Outcome<TensorData> {
  if (type === 'bool') return succeeded(Uint8Array.of(value === 0 ? 0 : 1));
  const data = valueArrays[type].of(value);
  if (isFloat(type) || data[0] === value) return succeeded(data);
  // Only signed types have -1.
  const [bits, isSigned] = [8 * data.BYTES_PER_ELEMENT, valueArrays[type].of(-1)[0] < 0];
  const [least, most] = isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return failed('wrong-type', `${what} is ${type}, so it takes whole numbers from ${least} to ${most}, not ${value}`);
}

/** The elements of an input, with or without a shape. */
export function dataOf(input: TensorInput): GivenData {
  return ArrayBuffer.isView(input) || !('data' in input) ? (input as GivenData) : input.data;
}

/** The number of elements of a tensor of this shape; 1 for a scalar. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
