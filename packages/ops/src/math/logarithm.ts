/**
 * The natural logarithm, of x and of 1 + x.
 *
 * x = m·2ᵉ with m in [√½, √2), f = m - 1, s = f / (2 + f): ln m = 2·atanh(s) = f - s·(f - s²·2p(s²)·…), arranged as
 * f - (f²/2 - s·(f²/2 + R)) with R = 2s²·p(s²), so that the leading term f is exact (the arrangement of FreeBSD's msun by K. C. Ng);
 * p is a minimax polynomial of (atanh(s)/s - 1)/s² (Remez, 5·10⁻¹²).
 */
import type { KernelBuilder, KernelValue } from '@tessera/graph';
import { constantLike, fused, horner } from './polynomial.ts';
import { takeApart } from './scale.ts';

const p = [0.33333332828506107, 0.20000166881042108, 0.14268676284156198, 0.11790973291073113];
/** 15 bits of ln 2, whose product with an exponent is exact, and the rest. */
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
  // ∞ and NaN pass through x; only positive finite numbers take the computed value.
  const inRange = k.and(k.gt(x, 0), k.lt(x, Infinity));
  const outside = k.select(k.eq(x, 0), -Infinity, k.select(k.lt(x, 0), NaN, x));
  return k.select(inRange, finite, outside);
}

/**
 * ln(1 + x) within 4 ulp for every f32: -∞ at -1, NaN below, ∞ at ∞, NaN for NaN. What 1 + x loses of x is known exactly (or the
 * logarithm is so large that it does not count), and its share of the result is that over 1 + x.
 */
export function log1p(k: KernelBuilder, x: KernelValue): KernelValue {
  const sum = k.add(x, 1);
  const whole = log(k, sum);
  const lost = k.sub(x, k.sub(sum, 1));
  const finite = k.add(whole, k.div(lost, sum));
  const inRange = k.and(k.gt(sum, 0), k.lt(sum, Infinity));
  // Where nothing of x is left in the sum, x is its own result, and keeps the sign of zero.
  return k.select(k.eq(sum, 1), x, k.select(inRange, finite, whole));
}
