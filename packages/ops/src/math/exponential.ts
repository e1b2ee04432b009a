/**
 * eˣ and eˣ - 1.
 *
 * x = n·ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite 1980: ln 2 is split into a short high part, whose product with n is exact, and a low
 * part). Then eʳ = 1 + r + r²·q(r), where q is a minimax polynomial (Remez, relative error of eʳ 3·10⁻⁹), and n is added to the exponent.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { horner } from './polynomial.ts';
import { clamp, nearestWhole } from './rounding.ts';
import { powerOfTwo, scaleByPower } from './scale.ts';

const perLn2 = Math.fround(1 / Math.LN2);
/** ln 2 in two parts: its first 9 bits, and the rest. */
const ln2High = 0.693359375;
const ln2Low = Math.fround(Math.LN2 - ln2High);

const q = [0.4999999341218061, 0.1666652010747381, 0.04166839429265494, 0.008368780454559622, 0.001381446262258291];

interface Reduced {
  /** n, as an i32. */
  readonly power: KernelValue;
  readonly rest: KernelValue;
}

function reduce(k: KernelBuilder, x: KernelValue): Reduced {
  const { whole, integer } = nearestWhole(k, k.mul(x, perLn2));
  const rest = k.sub(k.sub(x, k.mul(whole, ln2High)), k.mul(whole, ln2Low));
  return { power: integer, rest };
}

/** e^r - 1 for |r| ≤ ln 2 / 2. */
function smallExpm1(k: KernelBuilder, r: KernelValue): KernelValue {
  return k.fma(k.mul(r, r), horner(k, r, q), r);
}

/** eˣ within 2 ulp for every f32: 0 below -104, ∞ above 88.72, denormals in between, NaN for NaN. */
export function exp(k: KernelBuilder, x: KernelValue): KernelValue {
  // Beyond these bounds the result is 0 or ∞ already; within them 2ⁿ fits scaleByPower.
  const { power, rest } = reduce(k, clamp(k, x, -105, 90));
  return scaleByPower(k, k.add(smallExpm1(k, rest), 1), power);
}

/** eˣ - 1 within 4 ulp for every f32, also near 0: -1 for very negative x, ∞ above 88.72, NaN for NaN. */
export function expm1(k: KernelBuilder, x: KernelValue): KernelValue {
  // Below -30 the result is -1 to all 24 bits, at 88.8 it is ∞.
  const { power, rest } = reduce(k, clamp(k, x, -30, 88.8));
  // 2ⁿ may be beyond f32 where the result is not. So half of the result is computed, and doubled.
  const half = powerOfTwo(k, k.sub(power, 1));
  const sum = k.fma(smallExpm1(k, rest), half, k.sub(half, 0.5));
  // Denormals would lose their last bit by halving, and -0 its sign by adding +0; for such small x the result is x.
  return k.select(k.lt(k.abs(x), 2 ** -25), x, k.add(sum, sum));
}

/** eˣ - 1 for x ≤ 0 within 2 ulp, also near 0; only the sign of -0 is lost. */
export function expm1OfNegative(k: KernelBuilder, x: KernelValue): KernelValue {
  // Below -30 the result is -1 to all 24 bits.
  const { power, rest } = reduce(k, k.select(k.lt(x, -30), -30, x));
  const scale = k.float(k.shl(k.add(power, 127), 23));
  return k.fma(smallExpm1(k, rest), scale, k.sub(scale, 1));
}
