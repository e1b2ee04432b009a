/**
 * Splits x = q·π/2 + r with |r| ≤ π/4, with r right to the last bit that an f32 holds.
 *
 * Up to |x| = 1600 it follows Cody and Waite: π/2 is split into three parts of 14 bits, whose products with q ≤ 1024 are exact, and a
 * fourth of 24 bits. Above that it follows Payne and Hanek (SIGNUM 1983), in integers. With x = M·2ᵖ and M of 24 bits,
 * x·2/π mod 4 = 4·frac(M·frac(2ᵖ⁻²·2/π)), so only a window of the bits of 2/π matters, here 96 of them. The fraction of the product is
 * right to 2⁻⁶³, and no f32 is closer to a multiple of π/2 than about 2⁻³⁰. This second way works on one lane, and is a branch that is
 * taken only if some lane needs it.
 */
import type { KernelBuilder, KernelCell, KernelValue } from '@tessera-dnn/graph/kernel';
import { isVector } from '@tessera-dnn/graph/kernel';
import { greatestLane } from './lanes.ts';
import { nearestWhole } from './rounding.ts';

const perHalfPi = 2 / Math.PI;
const halfPi = [1.5706787109375, 0.00011761486530303955, 9.920313459588215e-10, 6.223371969669989e-14];

/** The bits of 1600 as an f32. Floats that are not negative are ordered as their bits are. */
const largeBits = 0x44c80000;

/** A word of zeros, and then the fraction of 2/π in words of 32 bits. */
const twoOverPi = [0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab].map(
  w => w | 0,
);

/** The quadrant q and the rest r of an angle. */
export interface Quadrant {
  /** q modulo 4 in its low two bits. */
  readonly quadrant: KernelValue;
  readonly rest: KernelValue;
}

/** The quadrant and rest of x ≥ 0, in one lane or four. For ∞ and NaN they have no meaning, but nothing traps. */
export function reduceQuadrant(k: KernelBuilder, x: KernelValue): Quadrant {
  const { whole, integer } = nearestWhole(k, k.mul(x, perHalfPi));
  const rest = halfPi.reduce((r, part) => k.sub(r, k.mul(whole, part)), x);
  const quadrantCell = k.cell(integer);
  const restCell = k.cell(rest);
  k.when(k.gt(greatestLane(k, k.bits(x)), largeBits), () => reduceLarge(k, x, quadrantCell, restCell));
  return { quadrant: k.get(quadrantCell), rest: k.get(restCell) };
}

/** Overwrites the cells' lanes where x is large. */
function reduceLarge(k: KernelBuilder, x: KernelValue, quadrantCell: KernelCell, restCell: KernelCell): void {
  if (!isVector(x.type)) {
    const reduced = reduceLargeLane(k, k.bits(x));
    k.set(quadrantCell, reduced.quadrant);
    k.set(restCell, reduced.rest);
    return;
  }
  // Each turn works on lane 0 and moves it to the end; after four turns all lanes are done and back in their places.
  const bitsCell = k.cell(k.bits(x));
  k.loop(0, 4, () => {
    const [bits, quadrants, rests] = [bitsCell, quadrantCell, restCell].map(cell => k.get(cell));
    const first = k.extract(bits, 0);
    const large = k.gt(first, largeBits);
    const reduced = reduceLargeLane(k, first);
    k.set(bitsCell, rotate(k, bits, first));
    k.set(quadrantCell, rotate(k, quadrants, k.select(large, reduced.quadrant, k.extract(quadrants, 0))));
    k.set(restCell, rotate(k, rests, k.select(large, reduced.rest, k.extract(rests, 0))));
  });
}

/** The vector of lanes 1, 2 and 3 of `vector`, and then `last`. */
function rotate(k: KernelBuilder, vector: KernelValue, last: KernelValue): KernelValue {
  return k.replace(k.shuffle(vector, vector, [1, 2, 3, 0]), 3, last);
}

/** Payne and Hanek for one lane, from the bits of x ≥ 1. */
function reduceLargeLane(k: KernelBuilder, bits: KernelValue): Quadrant {
  const mantissa = k.or(k.and(bits, 0x7fffff), 0x800000);
  // x = mantissa · 2^(exponent - 150). Below 2²⁵ the shift would be negative; the word of zeros in the table makes up for that.
  const shift = k.sub(k.shru(bits, 23), 150 + 2 - 32);
  const word = k.shr(shift, 5);
  const bit = k.and(shift, 31);
  const words = [0, 1, 2, 3].map(i => tableWord(k, word, i));
  const [g0, g1, g2] = [0, 1, 2].map(i => windowWord(k, words[i], words[i + 1], bit));

  // The first 64 bits of the fraction of mantissa · 0.g0g1g2.
  const middle = k.mul(mantissa, g1);
  const low = k.add(middle, k.mulhu(mantissa, g2));
  const carry = k.widen(k.ltu(low, middle));
  const high = k.add(k.add(k.mul(mantissa, g0), k.mulhu(mantissa, g1)), carry);
  return fromFraction(k, high, low);
}

/** Word `word + i` of the table; `word` is 0 to 4 for finite x. */
function tableWord(k: KernelBuilder, word: KernelValue, i: number): KernelValue {
  let value = k.i32(twoOverPi[i]);
  for (let w = 1; w <= 4; w++) value = k.select(k.eq(word, w), twoOverPi[w + i], value);
  return value;
}

/** The 32 bits that begin at bit `bit` of `first` and continue in `second`. */
function windowWord(k: KernelBuilder, first: KernelValue, second: KernelValue, bit: KernelValue): KernelValue {
  // The second word is shifted in two steps, because a shift by 32 is a shift by 0.
  return k.or(k.shl(first, bit), k.shru(k.shru(second, 1), k.sub(31, bit)));
}

/** The quadrant nearest to 4 · 0.[high][low], and the rest in radians. */
function fromFraction(k: KernelBuilder, high: KernelValue, low: KernelValue): Quadrant {
  const quadrant = k.shru(k.add(high, 2 ** 29), 30);
  // The part of a quadrant that is left, as a signed fraction of 64 bits, and then its magnitude.
  const h = k.or(k.shl(high, 2), k.shru(low, 30));
  const l = k.shl(low, 2);
  const negative = k.lt(h, 0);
  const magnitudeHigh = k.select(negative, k.sub(k.not(h), k.sub(k.widen(k.ne(l, 0)), 1)), h);
  const magnitudeLow = k.select(negative, k.neg(l), l);
  const fraction = k.add(
    k.mul(k.convert(magnitudeHigh), 2 ** -32),
    k.mul(k.convert(k.shru(magnitudeLow, 1)), 2 ** -63),
  );
  const rest = k.mul(fraction, Math.PI / 2);
  return { quadrant, rest: k.select(negative, k.neg(rest), rest) };
}
