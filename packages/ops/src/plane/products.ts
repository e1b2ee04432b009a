/** How a register tile multiplies: numbers one by one, or bytes in fours. */
import type { ElementType, TensorType } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelType, KernelValue } from '@tessera-dnn/graph/kernel';
import { isVector, scalarOf } from '@tessera-dnn/graph/kernel';

/** A byte address as a register and a constant, which is part of the instruction that loads from there. */
export interface BytePlace {
  readonly base: KernelValue;
  readonly offset: number;
}

/** Loads an input for all lanes and a vector of weights, and adds their products to the sums. */
export interface Products {
  readonly input: (place: BytePlace) => KernelValue;
  readonly weight: (place: BytePlace) => KernelValue;
  readonly add: (x: KernelValue, w: KernelValue, sum: KernelValue) => KernelValue;
}

/** Products of numbers of the type; if that has one lane, the weights are single elements too. */
export function numberProducts(k: KernelBuilder, type: KernelType): Products {
  return {
    input: ({ base, offset }) => (isVector(type) ? k.loadSplat(type, base, offset) : k.load(type, base, offset)),
    weight: ({ base, offset }) => k.load(type, base, offset),
    add: (x, w, sum) => (scalarOf(type) === 'f32' ? k.fma(x, w, sum) : k.add(sum, k.mul(x, w))),
  };
}

/**
 * Sums of products of bytes, four channels at a time: a load has the bytes of four channels of a pixel, or those of four channels of each of
 * four output channels. Fast machines have an instruction for the products of signed bytes with bytes below 128 (see `dot` of
 * `KernelBuilder`). If neither side is known to be below 128, the bytes of one are cut into digits: the highest bit, and the seven others.
 */
export interface ByteProducts {
  /** The side whose bytes are taken as they are, as signed ones. */
  readonly signed: 'pixels' | 'columns';
  /** What the highest bit of the other side's bytes counts: 128, or -128 if they are signed too; 0 if it is never set. */
  readonly highest: 128 | -128 | 0;
}

/** So many channels of bytes are multiplied at once. */
export const bytesAtOnce = 4;

/** Whether there are kernels for bytes of these element types. */
export function multipliesBytes([x, weight]: readonly TensorType[]): boolean {
  return byteProducts({ fused: true }, x.element, weight.element) !== undefined;
}

/** How bytes of these element types are multiplied; `below128` says of which operands that is known. `undefined` if both are u8. */
export function byteProducts(
  { fused }: Pick<KernelBuilder, 'fused'>,
  x: ElementType,
  weight: ElementType,
  below128: readonly boolean[] = [],
): ByteProducts | undefined {
  if (x === 'i8' && weight === 'i8' && !fused) return { signed: 'pixels', highest: 0 };
  if (weight === 'i8' && below128[0]) return { signed: 'columns', highest: 0 };
  if (x === 'i8' && below128[1]) return { signed: 'pixels', highest: 0 };
  // A tile has fewer vectors of weights than pixels, so that weights are cut with fewer instructions.
  if (x === 'i8') return { signed: 'pixels', highest: weight === 'i8' ? -128 : 128 };
  return weight === 'i8' ? { signed: 'columns', highest: 128 } : undefined;
}

/** Which part of a byte is multiplied: all seven lower bits, or the highest bit. */
export type Digit = 'whole' | 'lower' | 'highest';

/** Products of one digit of the bytes. */
export function digitProducts(k: KernelBuilder, { signed }: ByteProducts, digit: Digit): Products {
  const cut = (words: KernelValue): KernelValue => {
    if (digit === 'whole') return words;
    return digit === 'lower' ? k.and(words, 0x7f7f7f7f) : k.and(k.shru(words, 7), 0x01010101);
  };
  const [ofPixels, ofColumns] =
    signed === 'pixels' ? [(words: KernelValue) => words, cut] : [cut, (words: KernelValue) => words];
  return {
    input: ({ base, offset }) => ofPixels(k.wordSplat(base, offset)),
    weight: ({ base, offset }) => ofColumns(k.words(base, offset)),
    add: (x, w, sum) => (signed === 'pixels' ? k.dot(x, w, sum) : k.dot(w, x, sum)),
  };
}
