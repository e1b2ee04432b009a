/** A seeded source of choices for the samples of ops: the same seed, the same choices, on any machine. */

import { elementCount } from '@tessera/graph';

/** Tensors in tests stay small, as laws run on plain interpreters. */
const mostElements = 500;

export interface Pick {
  /** A real in [0, 1). */
  real(): number;
  /** A whole number, both ends included. */
  int(low: number, high: number): number;
  /** True with the given probability; one half unless told. */
  chance(probability?: number): boolean;
  one<T>(list: readonly T[]): T;
  /** Extents of a tensor whose rank lies in the given range. Small, with ones, odd sizes and sizes above a vector among them. */
  shape(minRank: number, maxRank: number): number[];
}

/** How often a pick that leans takes the least of a range, or the first of a list. */
const leaning = 0.7;

/**
 * Mulberry32 (Tommy Ettinger, 2017): 32 bits of state, enough for choices in tests. One that leans to the `'least'` makes samples of
 * single elements, channels and taps, whose shapes tell axes and even ranks apart least.
 */
export function createPick(seed: number, leans?: 'least'): Pick {
  let state = seed | 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number =>
    leans && real() < leaning ? low : low + Math.floor(real() * (high - low + 1));
  const one = <T>(list: readonly T[]): T => list[int(0, list.length - 1)];
  const extents = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  return {
    real,
    int,
    chance: (probability = 0.5) => real() < probability,
    one,
    shape: (minRank, maxRank) => {
      const shape = Array.from({ length: int(minRank, maxRank) }, () => one(extents));
      // A long axis now and then, so that unrolled loops and their tails are reached.
      if (shape.length > 0 && real() < 0.3) shape[int(0, shape.length - 1)] = int(10, 37);
      while (elementCount(shape) > mostElements) {
        const longest = shape.indexOf(Math.max(...shape));
        shape[longest] = Math.ceil(shape[longest] / 2);
      }
      return shape;
    },
  };
}
