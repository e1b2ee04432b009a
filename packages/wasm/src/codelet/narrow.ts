/**
 * Elements of 16 and 8 bits in registers of 32, four lanes at a time: WebAssembly has no instruction for halves.
 *
 * Before: lanes of the wider type. After: the bits of the narrower one in the low half of each lane, rounded to the nearest, ties to even,
 * subnormals kept, beyond the largest to infinity, every NaN to the one quiet NaN; and back, exactly.
 */
import type binaryen from 'binaryen';
import type { Expression, Scratch } from './expression.ts';

/**
 * Halves to floats, of which each lane has 2^13 times the bits, sign-extended, and below these whatever it has. The 15 bits without the sign
 * stand where a float has its exponent and fraction, and are then the half times 2^-112: one multiplication gives it, subnormals included.
 * Infinity and NaN come out as 2^16 and above, and get the exponent they lack from what overflows where no other half does.
 */
export function widenHalf(m: binaryen.Module, spread: Expression, scratch: Scratch): Expression {
  const bits = m.v128.and(spread, scratch.words(0x8fffe000 | 0));
  const number = scratch.keep(m.f32x4.mul(bits, scratch.words((127 + 112) << 23)), 'f32x4');
  const beyond = m.f32x4.mul(number.first, scratch.words((127 + 112) << 23));
  return m.v128.or(m.f32x4.mul(beyond, scratch.words((127 - 112) << 23)), number.again());
}

/**
 * Floats to the bits of halves. `size + c`, with c = 2^13 times the power of two below the size, has its last bit where the half has its own,
 * so that the addition itself rounds; below 2^-14 that power stands still, as a half's does. What is beyond 2^16 is cut to it first, and comes
 * out as infinity; NaN is made 1.5 times as large, which comes out as the quiet NaN.
 */
export function narrowHalf(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  const { words, keep } = scratch;
  // In the order in which they are evaluated, which is that of the operands below: what is kept must come before it is read again.
  const below = m.f32x4.pmin(vector, words((127 + 16) << 23));
  const bounded = m.f32x4.pmax(below, words((-1 << 31) | ((127 + 16) << 23)));
  // Of NaN and a number, `pmin` gives its first operand.
  const value = keep(m.f32x4.pmin(words(((127 + 16) << 23) | (1 << 22)), bounded), 'f32x4');
  const sign = m.v128.and(m.i32x4.shr_u(value.first, m.i32.const(16)), words(0x8000));
  const size = keep(m.f32x4.abs(value.again()), 'f32x4');
  const power = keep(m.i32x4.max_s(m.v128.and(size.first, words(0x7f800000)), words((127 - 14) << 23)), 'i32x4');
  // The fraction of the sum counts the half's units. The half's exponent is to be added to them, less the bias of `power`: the low 16 bits of
  // that are in c already.
  const bias = -((127 - 14) << 10) & 0xffff;
  const c = m.i32x4.add(power.first, words((13 << 23) | bias));
  const sum = m.f32x4.add(c, size.again());
  const bits = m.i32x4.add(sum, m.i32x4.shr_u(power.again(), m.i32.const(13)));
  return m.v128.or(sign, m.v128.and(bits, words(0x7fff)));
}

/** The bits of a bf16 are the upper half of a float's; those in the lower halves of the lanes are taken. */
export function widenBrain(m: binaryen.Module, bits: Expression): Expression {
  return m.i32x4.shl(bits, m.i32.const(16));
}

/** The carry of the rounding runs into the exponent, and at last to infinity, as it should. */
export function narrowBrain(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  const { words, keep } = scratch;
  const value = keep(vector, 'f32x4');
  const odd = m.v128.and(m.i32x4.shr_u(value.first, m.i32.const(16)), words(1));
  const rounded = m.i32x4.add(m.i32x4.add(odd, words(0x7fff)), value.again());
  const bits = m.i32x4.shr_u(rounded, m.i32.const(16));
  return m.v128.bitselect(words(0x7fc0), bits, m.f32x4.ne(value.again(), value.again()));
}

/** The low halves of four lanes whose high halves are zero, side by side. */
export function packHalves(m: binaryen.Module, bits: Expression): Expression {
  return m.i16x8.narrow_i32x4_u(bits, m.v128.const(new Uint8Array(16)));
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
