/** Sets of element types, of which operations accept one. */
import type { ElementType } from '@tessera-dnn/graph';
import type { Pick } from './pick.ts';

const floats: readonly ElementType[] = ['f32', 'f16', 'bf16'];
const integers: readonly ElementType[] = ['i32', 'i8', 'u8'];

/** The element types an op may accept. */
export const elementSets = {
  float: floats,
  integer: integers,
  number: [...floats, ...integers],
  bool: ['bool'],
  any: [...floats, ...integers, 'bool'],
} as const satisfies Record<string, readonly ElementType[]>;

/** A random one for a sample; f32 as often as all others of 32 and of 16 bits together, since most can go wrong there. */
export function pickElement(pick: Pick, set: keyof typeof elementSets): ElementType {
  const accepted: readonly ElementType[] = elementSets[set];
  return accepted[0] === 'f32' && pick.chance(0.4) ? 'f32' : pick.one(accepted);
}
