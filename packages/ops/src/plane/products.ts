/** How a register tile multiplies: numbers one by one, or bytes in fours. */
import type { KernelBuilder, KernelCell, KernelType, KernelValue } from '@tessera-dnn/graph/kernel';
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

/** The products of one digit of the bytes. */
export interface DigitProducts {
  /** Words of four bytes of the pixels, and of the columns, as they are multiplied. */
  readonly pixels: (words: KernelValue) => KernelValue;
  readonly columns: (words: KernelValue) => KernelValue;
  readonly add: Products['add'];
  /** Readies a sum for the products of this digit. */
  readonly begin: (sum: KernelCell) => void;
}

/** The digits in the order in which their products are added up, the highest first, as a number is read. */
export function digitsOf(k: KernelBuilder, { signed, highest }: ByteProducts): readonly DigitProducts[] {
  const whole = (words: KernelValue): KernelValue => words;
  const digit = (cut: typeof whole, begin: DigitProducts['begin']): DigitProducts => ({
    pixels: signed === 'pixels' ? whole : cut,
    columns: signed === 'pixels' ? cut : whole,
    add: (x, w, sum) => (signed === 'pixels' ? k.dot(x, w, sum) : k.dot(w, x, sum)),
    begin,
  });
  const asItIs = (): void => {};
  if (highest === 0) return [digit(whole, asItIs)];
  return [
    digit(words => k.and(k.shru(words, 7), 0x01010101), asItIs),
    digit(
      words => k.and(words, 0x7f7f7f7f),
      sum => {
        const scaled = k.shl(k.get(sum), 7);
        k.set(sum, highest < 0 ? k.neg(scaled) : scaled);
      },
    ),
  ];
}

/** The products of a digit, with its operands loaded from where a register tile has them. */
export function loadedProducts(k: KernelBuilder, { pixels, columns, add }: DigitProducts): Products {
  return {
    input: ({ base, offset }) => pixels(k.wordSplat(base, offset)),
    weight: ({ base, offset }) => columns(k.words(base, offset)),
    add,
  };
}
