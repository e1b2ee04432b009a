/**
 * The natural logarithm, of x and of 1 + x.
 *
 * x = m·2ᵉ with m in [√½, √2). With f = m - 1 and s = f / (2 + f), ln m = 2·atanh(s). This is arranged as f - (f²/2 - s·(f²/2 + R)) with
 * R = 2s²·p(s²), in which the leading term f is exact (the arrangement of FreeBSD's msun by K. C. Ng). p is a minimax polynomial of
 * (atanh(s)/s - 1)/s² (Remez, error 5·10⁻¹²).
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { constantLike, fused, horner } from './polynomial.ts';
import { takeApart } from './scale.ts';

const p = [0.33333332828506107, 0.20000166881042108, 0.14268676284156198, 0.11790973291073113];
/** ln 2 in two parts: its first 15 bits, whose product with an exponent is exact, and the rest. */
const ln2High = 0.693145751953125;
const ln2Low = Math.fround(Math.LN2 - ln2High);

/** ln x within 2 ulp for every f32: -∞ at ±0, NaN below 0, ∞ at ∞, NaN for NaN. */
export function log(k: KernelBuilder, x: KernelValue, multiplyAdd = fused): KernelValue {
  const { mantissa, exponent } = takeApart(k, x);
  const f = k.sub(mantissa, 1);
  const s = k.div(f, k.add(f, 2));
  const z = k.mul(s, s);
  const r = k.mul(k.mul(z, 2), horner(k, z, p, multiplyAdd));
  const halfSquare = k.mul(k.mul(f, f), 0.5);
  const low = multiplyAdd(k, exponent, constantLike(k, x, ln2Low), k.mul(s, k.add(halfSquare, r)));
  const finite = multiplyAdd(k, exponent, constantLike(k, x, ln2High), k.sub(f, k.sub(halfSquare, low)));
  // The computed value holds for positive finite numbers only; ∞ and NaN are their own results.
  const inRange = k.and(k.gt(x, 0), k.lt(x, Infinity));
  const outside = k.select(k.eq(x, 0), -Infinity, k.select(k.lt(x, 0), NaN, x));
  return k.select(inRange, finite, outside);
}

/**
 * ln(1 + x) within 4 ulp for every f32: -∞ at -1, NaN below, ∞ at ∞, NaN for NaN. What the rounded sum 1 + x has lost of x is known exactly
 * (or the logarithm is so large that it does not matter); divided by 1 + x it is added to the logarithm of the sum.
 */
export function log1p(k: KernelBuilder, x: KernelValue): KernelValue {
  const sum = k.add(x, 1);
  const whole = log(k, sum);
  const lost = k.sub(x, k.sub(sum, 1));
  const finite = k.add(whole, k.div(lost, sum));
  const inRange = k.and(k.gt(sum, 0), k.lt(sum, Infinity));
  // Where x is so small that the sum is 1, the result is x, which keeps the sign of zero.
  return k.select(k.eq(sum, 1), x, k.select(inRange, finite, whole));
}
