/**
 * Elements of 16 and 8 bits in registers of 32, four lanes at a time: WebAssembly has no instruction for halves.
 *
 * Before: lanes of the wider type. After: the bits of the narrower one in the low half of each lane, rounded to the nearest, ties to even,
 * subnormals kept, beyond the largest to infinity, every NaN to the one quiet NaN; and back, exactly.
 */
import type binaryen from 'binaryen';
import type { Expression, Scratch } from './expression.ts';

/**
 * The bits of halves to floats. The 15 bits without the sign, put where a float has its exponent and fraction, are the half times 2^-112:
 * one multiplication gives it, subnormals included. Infinity and NaN come out as 2^16 and above, and get the exponent they lack.
 */
export function widenHalf(m: binaryen.Module, bits: Expression, scratch: Scratch): Expression {
  const half = scratch.keep(bits, 'i32x4');
  const size = scratch.keep(m.i32x4.shl(m.v128.and(half.first, words(m, 0x7fff)), m.i32.const(13)), 'i32x4');
  const number = m.f32x4.mul(size.first, words(m, (127 + 112) << 23));
  const special = m.i32x4.gt_s(size.again(), words(m, 0x0f7fffff));
  const sign = m.i32x4.shl(m.v128.and(half.again(), words(m, 0x8000)), m.i32.const(16));
  return m.v128.or(m.v128.or(number, m.v128.and(special, words(m, 0x7f800000))), sign);
}

/**
 * Floats to the bits of halves. `size + c`, with c = 2^13 times the power of two below the size, has its last bit where the half has its own,
 * so that the addition itself rounds; below 2^-14 that power stands still, as a half's does. What is beyond 2^16 is cut to it first, and comes
 * out as infinity.
 */
export function narrowHalf(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  // In the order in which they are evaluated, which is that of the operands below: what is kept must come before it is read again.
  const value = scratch.keep(vector, 'f32x4');
  const sign = m.v128.and(m.i32x4.shr_u(value.first, m.i32.const(16)), words(m, 0x8000));
  const size = scratch.keep(m.f32x4.pmin(m.f32x4.abs(value.again()), words(m, (127 + 16) << 23)), 'f32x4');
  const ofSize = m.v128.and(size.again(), words(m, 0x7f800000));
  const power = scratch.keep(m.i32x4.max_s(ofSize, words(m, (127 - 14) << 23)), 'i32x4');
  // The power times 2^13: the sum's fraction then counts the half's units, and carries into the next power by itself.
  const scale = scratch.keep(m.i32x4.add(power.first, words(m, 13 << 23)), 'i32x4');
  const units = m.i32x4.sub(m.f32x4.add(size.first, scale.first), scale.again());
  const exponent = m.i32x4.shr_s(m.i32x4.sub(power.again(), words(m, (127 - 14) << 23)), m.i32.const(13));
  const number = m.v128.or(sign, m.i32x4.add(units, exponent));
  return m.v128.bitselect(words(m, 0x7e00), number, m.f32x4.ne(value.again(), value.again()));
}

/** The bits of a bf16 are the upper half of a float's. */
export function widenBrain(m: binaryen.Module, bits: Expression): Expression {
  return m.i32x4.shl(bits, m.i32.const(16));
}

/** The carry of the rounding runs into the exponent, and at last to infinity, as it should. */
export function narrowBrain(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  const value = scratch.keep(vector, 'f32x4');
  const odd = m.v128.and(m.i32x4.shr_u(value.first, m.i32.const(16)), words(m, 1));
  const rounded = m.i32x4.add(m.i32x4.add(odd, words(m, 0x7fff)), value.again());
  const bits = m.i32x4.shr_u(rounded, m.i32.const(16));
  return m.v128.bitselect(words(m, 0x7fc0), bits, m.f32x4.ne(value.again(), value.again()));
}

/** Lanes to bytes, saturating: the first four bytes of the vector. */
export function narrowBytes(m: binaryen.Module, vector: Expression, element: 'i8' | 'u8'): Expression {
  const nothing = () => m.v128.const(new Uint8Array(16));
  const halves = m.i16x8.narrow_i32x4_s(vector, nothing());
  return element === 'i8' ? m.i8x16.narrow_i16x8_s(halves, nothing()) : m.i8x16.narrow_i16x8_u(halves, nothing());
}

const lowHalves = [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13];

/** The low halves of four lanes, side by side. */
export function packWords(m: binaryen.Module, bits: Expression): Expression {
  return m.i8x16.shuffle(bits, m.v128.const(new Uint8Array(16)), lowHalves);
}

/** A word in all four lanes. */
function words(m: binaryen.Module, word: number): Expression {
  return m.v128.const(new Uint8Array(new Int32Array(4).fill(word).buffer));
}
