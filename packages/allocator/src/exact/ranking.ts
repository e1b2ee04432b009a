/**
 * The order in which the search tries blocks that could go to the same offset. No order is good for all problems, and a good one is a
 * thousand times better than a bad one: so there are several, and then others drawn by chance.
 */
import type { Instance } from './instance.ts';
import type { State } from './state.ts';

/** What a block has much of; it comes the earlier. `total`: what is still to be placed in its fullest section. */
export type Criterion = 'width' | 'area' | 'size' | 'total' | 'sections' | 'others';

export type Ranking =
  /** By the first criterion, what is equal there by the second, and so on. */
  | { readonly kind: 'by'; readonly criteria: readonly Criterion[] }
  /** By a weighted sum, with some noise. */
  | { readonly kind: 'drawn'; readonly seed: number };

/**
 * By what they are good at in random and real problems: the fullest moments first, where those that live long or in many sections are
 * in everyone's way; or those first that meet the most others; or the largest areas.
 */
export const rankings: readonly Ranking[] = [
  { kind: 'by', criteria: ['total', 'width', 'area'] },
  { kind: 'by', criteria: ['total', 'sections', 'area'] },
  { kind: 'by', criteria: ['others', 'total', 'area'] },
  { kind: 'by', criteria: ['area', 'total', 'width'] },
  { kind: 'by', criteria: ['width', 'area', 'total'] },
];

/** `blocks` in the order of `ranking`, as the sections stand now. */
export function ranked(blocks: Int32Array, ranking: Ranking, instance: Instance, state: State): Int32Array {
  const keys =
    ranking.kind === 'by'
      ? ranking.criteria.map(by => keysOf(by, instance, state))
      : [drawn(ranking.seed, instance, state)];
  return blocks.slice().sort((a, b) => {
    for (const key of keys) if (key[a] !== key[b]) return key[b] - key[a];
    return a - b;
  });
}

function keysOf(by: Criterion, instance: Instance, state: State): Float64Array | Int32Array {
  const { count, width, extent, sectionFrom, otherFrom } = instance;
  switch (by) {
    case 'width':
      return width;
    case 'area':
      return width.map((times, b) => times * extent[b]);
    case 'size':
      return extent;
    case 'total':
      return fullest(instance, state);
    case 'sections':
      return Int32Array.from({ length: count }, (_, b) => sectionFrom[b + 1] - sectionFrom[b]);
    case 'others':
      return Int32Array.from({ length: count }, (_, b) => otherFrom[b + 1] - otherFrom[b]);
  }
}

function fullest({ count, sectionFrom, section }: Instance, state: State): Float64Array {
  const keys = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    for (let x = sectionFrom[b]; x < sectionFrom[b + 1]; x++) keys[b] = Math.max(keys[b], state.total[section[x]]);
  }
  return keys;
}

/** Weights on the logarithms, so that the unit of times and sizes does not matter. */
function drawn(seed: number, instance: Instance, state: State): Float64Array {
  const random = generator(seed);
  const weight = () => -Math.log(1 - random());
  const [width, area, total, size] = [weight(), weight(), 2 * weight(), weight() * (random() < 0.5 ? 0 : 1)];
  const noise = random() < 0.5 ? 0 : random();
  const most = state.total.reduce((largest, sum) => Math.max(largest, sum), 1);
  const fullestOf = fullest(instance, state);
  return fullestOf.map((sum, b) => {
    const [w, s] = [Math.log(instance.width[b]), Math.log(instance.extent[b])];
    return width * w + area * (w + s) + size * s + total * 8 * (sum / most) + noise * random();
  });
}

/** Numbers in [0, 1) from a 32-bit state: mulberry32, by Tommy Ettinger. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
