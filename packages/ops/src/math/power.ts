/**
 * aᵇ for floats.
 *
 * |a|ᵇ = 2^(b·log₂|a|), where log₂|a| must be right to some 33 bits for 24 good bits of the result. An f32 has 24, so the logarithm is kept
 * as an unevaluated sum of two numbers. Products are made exact by clearing low bits of the factors first (Dekker 1971). With m = |a|·2⁻ᵉ
 * in [√½, √2) and s = (m - 1)/(m + 1), log₂ m = 2/(3 ln 2) · s·(3 + s² + s⁴·p(s²)). No step needs a fused multiply-add.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { evenLanes } from './lanes.ts';
import { constantLike, horner } from './polynomial.ts';
import { clamp, nearestWhole } from './rounding.ts';
import { scaleByPower, takeApart } from './scale.ts';

/** The number high + low, where |low| is much smaller than |high|, and `high` has at most 12 significant bits. */
interface Pair {
  readonly high: KernelValue;
  readonly low: KernelValue;
}

/** Terms 3/5, 3/7, … of the series of atanh; the first that is left out is below 2⁻²⁵ of the sum. */
const p = [3 / 5, 3 / 7, 3 / 9, 3 / 11];
/** 2 / (3 ln 2) in two parts: its first 11 bits, and the rest. */
const scaleHigh = 0.96142578125;
const scaleLow = 2 / (3 * Math.LN2) - scaleHigh;
/** (2ʳ - 1) / r on [-½, ½] (Remez, relative error of 2ʳ 2·10⁻⁹). */
const q = [
  0.6931472065571951, 0.24022651353326605, 0.05550327125569221, 0.009618002950195879, 0.0013400536792508206,
  0.00015476572675803118,
];

/** aᵇ within 4 ulp, with the special values of IEEE 754's pow: 1 for b = 0 and a = 1, NaN for a < 0 with a fractional b. */
export function power(k: KernelBuilder, base: KernelValue, exponent: KernelValue): KernelValue {
  const [a, b] = evenLanes(k, [base, exponent]);
  const magnitude = k.abs(a);
  const finite = exp2OfProduct(k, b, log2(k, magnitude));
  const sign = parity(k, a, b);
  const endless = k.select(k.xor(k.gt(b, 0), k.eq(magnitude, 0)), constantLike(k, a, Infinity), 0);
  const edge = k.or(k.eq(magnitude, 0), k.eq(magnitude, Infinity));
  const unsigned = k.select(edge, endless, finite);
  const signed = k.float(k.or(k.bits(unsigned), sign.bit));
  const missing = k.or(k.or(k.ne(a, a), k.ne(b, b)), k.and(k.and(k.lt(a, 0), k.gt(a, -Infinity)), k.not(sign.whole)));
  const one = k.or(k.eq(b, 0), k.eq(a, 1));
  return k.select(one, 1, k.select(missing, NaN, signed));
}

/** Whether b is a whole number, and the sign bit of the result, which is set where a has it set and b is odd. */
function parity(k: KernelBuilder, a: KernelValue, b: KernelValue): { whole: KernelValue; bit: KernelValue } {
  const whole = k.eq(k.trunc(b), b);
  const half = k.mul(b, 0.5);
  // Every f32 above 2²⁴ is even, and its half is a whole number, so that it does not count as odd.
  const odd = k.and(whole, k.ne(k.trunc(half), half));
  const bit = k.and(k.bits(a), k.shl(k.widen(odd), 31));
  return { whole, bit };
}

/** `x` with its low 12 bits cleared: 12 significant bits remain. */
function shorten(k: KernelBuilder, x: KernelValue): KernelValue {
  return k.float(k.and(k.bits(x), -4096));
}

/** log₂ x for x > 0, with a relative error of about 2⁻³⁴. */
function log2(k: KernelBuilder, x: KernelValue): Pair {
  const { mantissa, exponent } = takeApart(k, x);
  const f = k.sub(mantissa, 1);
  const divisor = k.add(mantissa, 1);
  const s = k.div(f, divisor);
  // s = sHigh + sLow, from the exact remainder f - sHigh·(mantissa + 1).
  const sHigh = shorten(k, s);
  const divisorHigh = shorten(k, divisor);
  const divisorLow = k.sub(mantissa, k.sub(divisorHigh, 1));
  const remainder = k.sub(k.sub(f, k.mul(sHigh, divisorHigh)), k.mul(sHigh, divisorLow));
  const sLow = k.div(remainder, divisor);
  // t = 3 + s² + s⁴·p(s²), where the square, too, is the sum of an exact part and a small one.
  const square = k.mul(s, s);
  const squareHigh = k.mul(sHigh, sHigh);
  const series = k.add(k.mul(k.mul(square, square), horner(k, square, p)), k.mul(sLow, k.add(sHigh, s)));
  const tHigh = shorten(k, k.add(k.add(squareHigh, 3), series));
  const tLow = k.sub(series, k.sub(k.sub(tHigh, 3), squareHigh));
  // u = s·t, then times 2/(3 ln 2), then plus the exponent.
  const main = k.mul(sHigh, tHigh);
  const small = k.add(k.mul(sLow, tHigh), k.mul(tLow, s));
  const uHigh = shorten(k, k.add(main, small));
  const uLow = k.sub(small, k.sub(uHigh, main));
  const vHigh = k.mul(uHigh, scaleHigh);
  const vLow = k.add(k.mul(uHigh, scaleLow), k.mul(uLow, scaleHigh + scaleLow));
  const high = shorten(k, k.add(k.add(vHigh, vLow), exponent));
  const low = k.sub(vLow, k.sub(k.sub(high, exponent), vHigh));
  return { high, low };
}

/** 2^(b·log); 0 or ∞ where that is outside the range of f32. */
function exp2OfProduct(k: KernelBuilder, b: KernelValue, log: Pair): KernelValue {
  // |log| is 0 or at least 2⁻²⁴, so a larger |b| than 2⁶⁰ would not change the result, but its products would overflow.
  const clamped = clamp(k, b, -(2 ** 60), 2 ** 60);
  const bHigh = shorten(k, clamped);
  const main = k.mul(bHigh, log.high);
  const small = k.add(k.mul(k.sub(clamped, bHigh), log.high), k.mul(clamped, log.low));
  const sum = clamp(k, k.add(main, small), -200, 200);
  const { whole, integer } = nearestWhole(k, sum);
  // The rest is above ½ by no more than the rounding of the sum. Where the sum was clamped it has no meaning, but any rest gives the same 0 or ∞.
  const rest = clamp(k, k.add(k.sub(main, whole), small), -0.501, 0.501);
  const fraction = k.fma(rest, horner(k, rest, q), constantLike(k, rest, 1));
  return scaleByPower(k, fraction, integer);
}
