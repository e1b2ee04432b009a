/** Division of integers, rounded towards minus infinity. Nothing traps: x / 0 is 0, and -2³¹ / -1 wraps to -2³¹, as in NumPy. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { eachLane } from './lanes.ts';

/** ⌊x / y⌋ of i32 in one lane or four. */
export function floorDivision(k: KernelBuilder, x: KernelValue, y: KernelValue): KernelValue {
  return eachLane(k, [x, y], ([a, b]) => {
    const { quotient, remainder } = safeDivision(k, a, b);
    // The quotient was truncated, which is too high by 1 where the exact one is negative and not whole.
    const roundedUp = k.and(k.ne(remainder, 0), k.lt(k.xor(remainder, b), 0));
    const floor = k.sub(quotient, k.widen(roundedUp));
    return k.select(k.eq(b, 0), 0, k.select(k.eq(b, -1), k.neg(a), floor));
  });
}

/** x - y·⌊x / y⌋ of i32 in one lane or four; it has the sign of y, and is 0 where y is 0. */
export function integerRemainder(k: KernelBuilder, x: KernelValue, y: KernelValue): KernelValue {
  return eachLane(k, [x, y], ([a, b]) => {
    const { remainder } = safeDivision(k, a, b);
    const differs = k.and(k.ne(remainder, 0), k.lt(k.xor(remainder, b), 0));
    return k.add(remainder, k.select(differs, b, 0));
  });
}

/** Truncating division. The divisors 0 and -1, with which the instruction may trap, are replaced by 1; the remainder is then 0. */
function safeDivision(
  k: KernelBuilder,
  a: KernelValue,
  b: KernelValue,
): { readonly quotient: KernelValue; readonly remainder: KernelValue } {
  const harmless = k.select(k.or(k.eq(b, 0), k.eq(b, -1)), k.i32(1), b);
  const quotient = k.div(a, harmless);
  return { quotient, remainder: k.sub(a, k.mul(quotient, harmless)) };
}
