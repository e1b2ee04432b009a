/** Division of integers towards minus infinity. Nothing traps: by zero gives 0, and -2³¹ / -1 wraps to -2³¹, as in NumPy. */
import type { KernelBuilder, KernelValue } from '@tessera/graph';
import { eachLane } from './lanes.ts';

export function floorDivision(k: KernelBuilder, x: KernelValue, y: KernelValue): KernelValue {
  return eachLane(k, [x, y], ([a, b]) => {
    const { quotient, remainder } = safeDivision(k, a, b);
    // Truncation rounded up where the exact quotient is negative and not whole.
    const roundedUp = k.and(k.ne(remainder, 0), k.lt(k.xor(remainder, b), 0));
    const floor = k.sub(quotient, k.widen(roundedUp));
    return k.select(k.eq(b, 0), 0, k.select(k.eq(b, -1), k.neg(a), floor));
  });
}

/** x - y·⌊x / y⌋, with the sign of y; 0 where y is 0. */
export function integerRemainder(k: KernelBuilder, x: KernelValue, y: KernelValue): KernelValue {
  return eachLane(k, [x, y], ([a, b]) => {
    const { remainder } = safeDivision(k, a, b);
    const differs = k.and(k.ne(remainder, 0), k.lt(k.xor(remainder, b), 0));
    return k.add(remainder, k.select(differs, b, 0));
  });
}

/** Truncating division with 1 in place of the divisors 0 and -1, whose instruction would trap; the remainder is 0 for both. */
function safeDivision(
  k: KernelBuilder,
  a: KernelValue,
  b: KernelValue,
): { readonly quotient: KernelValue; readonly remainder: KernelValue } {
  const harmless = k.select(k.or(k.eq(b, 0), k.eq(b, -1)), k.i32(1), b);
  const quotient = k.div(a, harmless);
  return { quotient, remainder: k.sub(a, k.mul(quotient, harmless)) };
}
