/** A source of random choices for the samples of ops; a seed gives the same choices on any machine. */

import { elementCount } from '@tessera-dnn/graph';

/** Tensors in tests stay small, since the interpreters that run them are slow. */
const mostElements = 500;

/** Random choices. */
export interface Pick {
  /** A real in [0, 1). */
  real(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with the given probability; one half by default. */
  chance(probability?: number): boolean;
  /** One element of the list. */
  one<T>(list: readonly T[]): T;
  /** A shape with at most 500 elements whose rank is in the given range. Extents of 1, odd ones and ones above a vector's length are frequent. */
  shape(minRank: number, maxRank: number): number[];
}

/** How often a pick with `leans` takes the least number of a range, or the first element of a list. */
const leaning = 0.7;

/**
 * Choices by mulberry32 (Tommy Ettinger, 2017), whose 32 bits of state are enough for tests. With `leans` most choices are the least
 * possible: samples with single elements, channels and taps, in which mistakes about axes and ranks show that others hide.
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
      // Now and then an axis is long, so that unrolled loops and what remains after them are reached.
      if (shape.length > 0 && real() < 0.3) shape[int(0, shape.length - 1)] = int(10, 37);
      while (elementCount(shape) > mostElements) {
        const longest = shape.indexOf(Math.max(...shape));
        shape[longest] = Math.ceil(shape[longest] / 2);
      }
      return shape;
    },
  };
}
