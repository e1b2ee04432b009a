/** Chooses how far apart the levels of a tensor are, from what it was seen to hold. */
import type { Histogram } from './histogram.ts';
import type { Levels } from './levels.ts';

/**
 * Where numbers are cut off: nowhere (`minmax`), so that one in 10,000 is (`percentile`), where the squared error is least (`mse`), or the best of
 * all these for each tensor (`auto`).
 */
export const rangeKinds = ['auto', 'minmax', 'percentile', 'mse'] as const;
export type RangeKind = (typeof rangeKinds)[number];

const keptShare = 0.9999;
/** Least squares tries to cut off at each hundredth of the greatest number, down to this many. */
const [fewest, all] = [30, 100];

/** A scale, and what is lost with it. */
export interface Scale {
  /** A positive number of f32: the distance of two levels. */
  readonly scale: number;
  /** The sum of squared errors. */
  readonly noise: number;
}

/**
 * Levels that have the number 0 in their middle. With `unsigned`, what never goes below 0 has levels without a sign: twice as many of them, which
 * machines multiply more slowly.
 */
export function levelsOf(seen: readonly Pick<Histogram, 'least'>[], unsigned = false): Levels {
  return { type: unsigned && seen.every(({ least }) => least >= 0) ? 'u8' : 'i8', zero: 0 };
}

/** The scale of a tensor. Where all was 0, any scale is right: 1. */
export function scaleOf(seen: Histogram, levels: Levels, kind: RangeKind): Scale {
  const { reach } = seen;
  if (reach === 0) return { scale: 1, noise: 0 };
  const cuts = {
    minmax: () => [reach],
    percentile: () => [reachOfShare(seen, keptShare)],
    mse: () => Array.from({ length: all - fewest + 1 }, (_, i) => (reach * (all - i)) / all),
  };
  const tried = kind === 'auto' ? [...cuts.mse(), ...cuts.percentile()] : cuts[kind]();
  return tried
    .map(cut => scaleFor(cut, levels))
    .map(scale => ({ scale, noise: noiseOf(seen, levels, scale) }))
    .reduce((best, next) => (next.noise < best.noise ? next : best));
}

/** The levels' scale if numbers up to `cut` have one: an f32, and none that is 0. */
function scaleFor(cut: number, { type }: Levels): number {
  return Math.max(Math.fround(cut / (type === 'u8' ? 255 : 127)), 2 ** -126);
}

/** The distance from 0 within which this share of the numbers lies. */
function reachOfShare(seen: Histogram, share: number): number {
  const distances: { readonly far: number; readonly count: number }[] = [];
  seen.forEach((middle, count, width) => {
    distances.push({ far: Math.abs(middle) + width / 2, count });
  });
  let within = 0;
  for (const { far, count } of distances.sort((a, b) => a.far - b.far)) {
    within += count;
    if (within >= share * seen.count) return Math.min(far, seen.reach);
  }
  return seen.reach;
}

/** The squared error of all numbers, each taken as the middle of its bin. */
export function noiseOf(seen: Histogram, { type, zero }: Levels, scale: number): number {
  const [least, most] = type === 'u8' ? [0, 255] : [-128, 127];
  let noise = 0;
  seen.forEach((middle, count) => {
    const level = Math.min(Math.max(Math.round(middle / scale) + zero, least), most);
    noise += count * (middle - (level - zero) * scale) ** 2;
  });
  return noise;
}

/** The ratio of a signal to its noise in decibels; infinite where nothing is lost. */
export function decibels(signal: number, noise: number): number {
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
