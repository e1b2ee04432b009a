/**
 * The data that programs get. It depends only on a key and a seed, so that a program keeps its data while it is shrunk. Each tensor has one
 * of several styles, which find different mistakes: exact sums and ties, full mantissas, wide ranges, all of what 8 bits hold.
 */
import { elementBytes, elementCount, integerRange, isInteger, roundingOf, type TensorType } from '@tessera-dnn/graph';
import { createPick } from '@tessera-dnn/ops';

export function dataOf({ element, shape }: TensorType, key: string, seed: number): Float64Array {
  const pick = createPick(hash(`${seed} ${key}`));
  const style = pick.int(0, 3);
  const whole = style === 0 ? [-3, 12] : [0, 9];
  const round = roundingOf(element, Math.fround);
  const [least, most] = isInteger(element) ? integerRange(element) : [0, 1];
  return Float64Array.from({ length: elementCount(shape) }, () => {
    if (element === 'bool') return pick.int(0, 1);
    if (isInteger(element) && (style < 2 || elementBytes[element] > 1)) return round(pick.int(whole[0], whole[1]));
    if (isInteger(element)) return pick.chance(0.2) ? pick.one([least, most]) : pick.int(least, most);
    if (style === 0) return round(pick.int(-32, 31) / 8);
    const unit = 2 * pick.real() - 1;
    return round(style === 1 ? 4 * unit ** 3 : unit);
  });
}

/** The hash FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state | 0;
}
