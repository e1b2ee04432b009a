/** sin and cos: |x| is reduced to a quadrant and a rest in [-π/4, π/4], for which there are two minimax polynomials (Remez). */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { fused, horner } from './polynomial.ts';
import { reduceQuadrant } from './quadrant.ts';

/** (sin r / r - 1) / r²: relative error of sin 4·10⁻⁹. */
const s = [-0.1666665493196555, 0.008332176259013764, -0.00019516949555065281];
/** (cos r - 1 + r²/2) / r⁴: error of cos 10⁻¹⁰. */
const c = [0.04166664700191439, -0.0013887371842406927, 2.4438759347238092e-5];

/** sin x within 4 ulp for every f32; NaN for ±∞ and NaN. */
export function sin(k: KernelBuilder, x: KernelValue): KernelValue {
  const { quadrant, rest } = reduceQuadrant(k, k.abs(x));
  const value = sineOfQuadrant(k, quadrant, rest);
  // sin is odd, so a negative x changes the sign of sin |x|. Tiny x keep every bit, since their rest is x.
  const flipped = k.float(k.xor(k.bits(value), k.and(k.bits(x), -(2 ** 31))));
  return finiteOnly(k, x, flipped);
}

/** cos x within 4 ulp for every f32; NaN for ±∞ and NaN. */
export function cos(k: KernelBuilder, x: KernelValue): KernelValue {
  const { quadrant, rest } = reduceQuadrant(k, k.abs(x));
  return finiteOnly(k, x, sineOfQuadrant(k, k.add(quadrant, 1), rest));
}

/** sin(quadrant·π/2 + rest) for |rest| ≤ π/4, within 2 ulp; of the quadrant only the low two bits matter. */
export function sineOfQuadrant(
  k: KernelBuilder,
  quadrant: KernelValue,
  rest: KernelValue,
  multiplyAdd = fused,
): KernelValue {
  const z = k.mul(rest, rest);
  const sine = multiplyAdd(k, k.mul(z, rest), horner(k, z, s, multiplyAdd), rest);
  const cosine = k.add(multiplyAdd(k, k.mul(z, z), horner(k, z, c, multiplyAdd), k.mul(z, -0.5)), 1);
  const odd = k.ne(k.and(quadrant, 1), 0);
  const sign = k.shl(k.and(quadrant, 2), 30);
  return k.float(k.xor(k.bits(k.select(odd, cosine, sine)), sign));
}

function finiteOnly(k: KernelBuilder, x: KernelValue, value: KernelValue): KernelValue {
  return k.select(k.lt(k.abs(x), Infinity), value, NaN);
}
