/** Powers of two, by the exponent bits of an f32. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { constantLike } from './polynomial.ts';

/**
 * x · 2ⁿ for -300 ≤ n ≤ 300 (n an i32), correctly rounded, also to denormals. 2ⁿ may be outside f32, so x is multiplied by two powers of
 * about half of n; only the second product can round.
 */
export function scaleByPower(k: KernelBuilder, x: KernelValue, n: KernelValue): KernelValue {
  const half = k.shr(n, 1);
  return k.mul(k.mul(x, powerOfTwo(k, half)), powerOfTwo(k, k.sub(n, half)));
}

/** 2ⁿ for -126 ≤ n ≤ 127, n an i32. */
export function powerOfTwo(k: KernelBuilder, n: KernelValue): KernelValue {
  return k.float(k.shl(k.add(n, 127), 23));
}

/** x = mantissa · 2^exponent with mantissa in [√½, √2). */
export interface Parts {
  readonly mantissa: KernelValue;
  /** A whole number, as f32. */
  readonly exponent: KernelValue;
}

/** The bits of the f32 next to √½. */
const rootHalfBits = 0x3f3504f3;

/** Mantissa and exponent of a positive f32, also of a denormal, in one lane or four. For 0, ∞ and NaN they have no meaning. */
export function takeApart(k: KernelBuilder, x: KernelValue): Parts {
  const denormal = k.lt(x, 2 ** -126);
  const normal = k.select(denormal, k.mul(x, 2 ** 24), x);
  const offset = k.sub(k.bits(normal), rootHalfBits);
  // Subtracting the bits of √½ makes the exponent change at √½ times a power of two instead of at the power itself.
  const exponent = k.convert(k.shr(offset, 23));
  const mantissa = k.float(k.add(k.and(offset, 0x7fffff), rootHalfBits));
  return { mantissa, exponent: k.sub(exponent, k.select(denormal, constantLike(k, x, 24), 0)) };
}
