/**
 * The op `random_normal`: normal random numbers with mean 0 and standard deviation 1, by Box and Muller (1958): √(-2 ln u) · cos(2πv) with u
 * in (0, 1] and v in [0, 1), both multiples of 2⁻²⁴. No result is larger than 5.77. The angle is reduced to a quadrant exactly, in integers.
 * No multiply-add is fused, so that first values are the same in fast and strict math, and on any number of tiles.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import type { Round } from '@tessera-dnn/graph/op';
import { log } from '../math/logarithm.ts';
import { twice } from '../math/polynomial.ts';
import { sineOfQuadrant } from '../math/trigonometry.ts';
import { random } from './random.ts';

export const randomNormal = random({
  name: 'random_normal',
  doc: {
    summary: 'normal random numbers of mean 0 and deviation 1',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  x + 0.1 * random_normal([2, 3])\n}\n',
  },
  number: normalOf,
  expression: normal,
  accuracy: { ulp: 6 },
});

function normalOf([a, b]: readonly [number, number], round: Round): number {
  const u = ((a >>> 8) + 1) * 2 ** -24;
  return round(Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * (b >>> 8) * 2 ** -24));
}

function normal(k: KernelBuilder, [a, b]: readonly [KernelValue, KernelValue]): KernelValue {
  const u = k.mul(k.convert(k.add(k.shru(a, 8), 1)), 2 ** -24);
  const radius = k.sqrt(k.mul(log(k, u, twice), -2));
  const turn = k.shru(b, 8);
  const quadrant = k.shru(k.add(turn, 2 ** 21), 22);
  const rest = k.mul(k.convert(k.sub(turn, k.shl(quadrant, 22))), (Math.PI / 2) * 2 ** -22);
  // cos x is sin(x + π/2): the sine one quadrant further.
  return k.mul(radius, sineOfQuadrant(k, k.add(quadrant, 1), rest, twice));
}
