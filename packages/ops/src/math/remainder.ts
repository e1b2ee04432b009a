/**
 * The remainder of floats, exact for every pair: C's `fmod` by long division, and then, if the signs differ, the divisor is added.
 *
 * Begin with |y|·2ⁿ that has the same binary exponent as |x|; subtract it if it is not larger, halve it, and so on down to |y| itself. Every
 * difference is exact, because it is below |x| and a multiple of the last place of y. A quotient of n bits takes n turns; for a vector, the
 * loop is as long as the longest of its four lanes needs.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { evenLanes, greatestLane } from './lanes.ts';
import { powerOfTwo } from './scale.ts';
import { withSign } from './sigmoid.ts';

/** x - y·⌊x / y⌋ with the sign of y, in one lane or four; NaN if x is infinite, y is 0, or either is NaN. */
export function floatRemainder(k: KernelBuilder, dividend: KernelValue, divisor: KernelValue): KernelValue {
  const [x, y] = evenLanes(k, [dividend, divisor]);
  const magnitude = truncatedRemainder(k, k.abs(x), k.abs(y));
  const signed = withSign(k, magnitude, x);
  const differs = k.and(k.ne(signed, 0), k.xor(k.lt(signed, 0), k.lt(y, 0)));
  const moved = k.select(differs, k.add(signed, y), signed);
  const valid = k.and(k.lt(k.abs(x), Infinity), k.gt(k.abs(y), 0));
  return k.select(k.and(valid, k.eq(y, y)), moved, NaN);
}

/** a mod b for finite a ≥ 0 and b > 0; for other numbers the result has no meaning, but the loop ends. */
function truncatedRemainder(k: KernelBuilder, a: KernelValue, b: KernelValue): KernelValue {
  const distance = k.max(k.sub(binaryExponent(k, a), binaryExponent(k, b)), 0);
  const rest = k.cell(a);
  const multiple = k.cell(timesPower(k, b, distance));
  k.loop(0, k.add(greatestLane(k, distance), 1), () => {
    const m = k.get(multiple);
    const fits = k.and(k.ge(k.get(rest), m), k.ge(m, b));
    k.set(rest, k.select(fits, k.sub(k.get(rest), m), k.get(rest)));
    k.set(multiple, k.mul(m, 0.5));
  });
  return k.get(rest);
}

/** The e with 2ᵉ ≤ x < 2ᵉ⁺¹, also for denormals; whatever x is, it is between -150 and 128. */
function binaryExponent(k: KernelBuilder, x: KernelValue): KernelValue {
  const denormal = k.lt(x, 2 ** -126);
  const normal = k.select(denormal, k.mul(x, 2 ** 24), x);
  const biased = k.shr(k.bits(normal), 23);
  return k.sub(biased, k.add(k.shl(k.widen(denormal), 4), k.add(k.shl(k.widen(denormal), 3), 127)));
}

/** x·2ⁿ for 0 ≤ n ≤ 300, in three exact steps. */
function timesPower(k: KernelBuilder, x: KernelValue, n: KernelValue): KernelValue {
  const first = k.min(n, 100);
  const second = k.min(k.sub(n, first), 100);
  const third = k.sub(k.sub(n, first), second);
  return [first, second, third].reduce((product, step) => k.mul(product, powerOfTwo(k, step)), x);
}
