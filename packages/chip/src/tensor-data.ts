/** Tensors as JavaScript holds them; how they are checked, and copied into and out of a chip's memory. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import {
  type ElementValues,
  isFloat,
  type ManifestElement,
  readElements,
  valueArrays,
  writeElements,
} from '@tessera-dnn/machine';
import { kindOf, tagOf, withArticle } from './foreign.ts';
import { failed, succeeded } from './outcome.ts';

/**
 * Elements in row-major order: Float32Array for f32, f16 and bf16, Int32Array for i32, Int8Array for i8, Uint8Array for u8 and bool. All
 * values of f16 and bf16 are 32-bit floats too, so what is read is exact; what is written is rounded to the nearest, of two equally near
 * ones to the even one, and beyond the largest to infinity, as a chip does when it stores a sum.
 */
export type TensorData = ElementValues;

/** What a caller may give as elements: also the bytes of a canvas's pixels, for u8 and bool. */
export type GivenData = TensorData | Uint8ClampedArray;

/** The pixels of a canvas, `[height, width, 4]` of u8: an `ImageData`. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Data without a shape fits every shape with as many elements; data with a shape fits only that shape. A number is a tensor of one element. */
export type TensorInput =
  | number
  | GivenData
  | { readonly shape: readonly number[]; readonly data: GivenData }
  | Picture;

/** Where a tensor lies in the memory, as the manifest says; `address` in bytes. */
export interface TensorPlace {
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  readonly address: number;
}

/** A tensor as it was given: elements, and the shape that was said to be theirs. Nothing of it has been looked at. */
interface Parts {
  readonly data: unknown;
  readonly shape?: unknown;
}

/** The parts of whatever was given. */
export function partsOf(input: unknown): Parts {
  return typeof input === 'object' && input !== null && 'data' in input ? (input as Parts) : { data: input };
}

/**
 * The elements of `input`, which is to be the tensor that `what` names in messages; or a `wrong-type` or `wrong-shape`, with what was wanted and
 * what was given. Fails for whatever is no tensor, and never throws.
 */
export function elementsFor(
  input: unknown,
  { type, shape }: Pick<TensorPlace, 'type' | 'shape'>,
  what: string,
): Outcome<GivenData> {
  const count = elementsOf(shape);
  if (typeof input === 'number' && count === 1) return scalar(type, input, what);
  const { data, shape: given } = partsOf(input);
  // By its tag, since an array of another window or worker has another constructor of the same name.
  const found = tagOf(data);
  const wanted = valueArrays[type].name;
  const isBytes = wanted === 'Uint8Array' && found === 'Uint8ClampedArray';
  if (!ArrayBuffer.isView(data) || (found !== wanted && !isBytes)) {
    const message = `${what} is ${type}, so it takes ${withArticle(wanted)}, not ${kindOf(data)}`;
    return failed('wrong-type', message, adviceFor(data, wanted, count));
  }
  const expected = `${what} is ${type}[${shape.join(', ')}]`;
  if (given !== undefined && !isShape(given, shape)) {
    return failed('wrong-shape', `${expected}, but ${shapeText(given)} was given`);
  }
  const { length } = data as GivenData;
  if (length === count) return succeeded(data as GivenData);
  return failed('wrong-shape', `${expected}, ${count} elements, but ${length} were given`);
}

function isShape(given: unknown, wanted: readonly number[]): boolean {
  return (
    Array.isArray(given) && given.length === wanted.length && wanted.every((extent, axis) => extent === given[axis])
  );
}

function shapeText(given: unknown): string {
  return Array.isArray(given) ? `[${given.slice(0, 9).map(String).join(', ')}]` : `${kindOf(given)} as its shape`;
}

/** What makes the wanted array of what was given. */
function adviceFor(data: unknown, wanted: string, count: number): string {
  const tag = tagOf(data);
  if (tag === 'Uint8ClampedArray') return 'make it of a picture with `pixels` of @tessera-dnn/chip/pixels';
  // Integers of 64 bits are no numbers before `Number` makes them some.
  if (tag === 'Array' || ArrayBuffer.isView(data)) return `wrap the numbers: ${wanted}.from(numbers, Number)`;
  return `give a ${wanted} of ${count} elements`;
}

/** Copies elements to their place; `elementsFor` must have given them for it. Any truth value but 0 becomes 1. */
export function writeTensor(memory: WebAssembly.Memory, data: GivenData, { type, address }: TensorPlace): void {
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

/** The number of elements of a tensor of this shape; 1 for a scalar. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
