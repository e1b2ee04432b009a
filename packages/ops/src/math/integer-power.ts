/** Powers of integers, by repeated squaring. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { evenLanes } from './lanes.ts';

/** xʸ of i32 in one lane or four, wrapped to 32 bits. For y < 0 it is 0, except that it is ±1 for x = ±1. */
export function integerPower(k: KernelBuilder, base: KernelValue, exponent: KernelValue): KernelValue {
  const [x, y] = evenLanes(k, [base, exponent]);
  const result = k.cell(k.constant(x.type, 1));
  const square = k.cell(x);
  const rest = k.cell(y);
  // One turn for each bit of an exponent that is not negative.
  k.loop(0, 31, () => {
    const odd = k.ne(k.and(k.get(rest), 1), 0);
    k.set(result, k.select(odd, k.mul(k.get(result), k.get(square)), k.get(result)));
    k.set(square, k.mul(k.get(square), k.get(square)));
    k.set(rest, k.shr(k.get(rest), 1));
  });
  const one = k.eq(x, 1);
  const minusOne = k.eq(x, -1);
  const parity = k.sub(1, k.shl(k.and(y, 1), 1));
  const inverse = k.select(one, x, k.select(minusOne, parity, 0));
  return k.select(k.lt(y, 0), inverse, k.get(result));
}
