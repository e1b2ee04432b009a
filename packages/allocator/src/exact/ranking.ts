/**
 * The order in which the search tries blocks that could go to the same offset. No order is good for all problems, and a good one can be a
 * thousand times faster than a bad one. So there are several, and others are drawn at random.
 */
import type { Instance } from './instance.ts';
import type { SearchState } from './state.ts';

/**
 * What blocks are compared by; the one with more comes first. `width` is the length of its life, `sections` the number of its sections,
 * `others` how many blocks are ever live with it, `total` how much is still to be placed in its fullest section.
 */
export type Criterion = 'width' | 'area' | 'size' | 'total' | 'sections' | 'others';

/** How blocks are ranked. */
export type Ranking =
  /** By the first criterion; those that are equal in it by the second, and so on. */
  | { readonly kind: 'by'; readonly criteria: readonly Criterion[] }
  /** By a sum of the criteria with weights, and perhaps noise, that the seed decides. */
  | { readonly kind: 'drawn'; readonly seed: number };

/**
 * The rankings that proved good in random and real problems: blocks of the fullest moments first, and of those the ones that live long or
 * in many sections; or those first that are live with the most others; or those with the largest area, or the longest life.
 */
export const rankings: readonly Ranking[] = [
  { kind: 'by', criteria: ['total', 'width', 'area'] },
  { kind: 'by', criteria: ['total', 'sections', 'area'] },
  { kind: 'by', criteria: ['others', 'total', 'area'] },
  { kind: 'by', criteria: ['area', 'total', 'width'] },
  { kind: 'by', criteria: ['width', 'area', 'total'] },
];

/** `blocks` in the order of `ranking`, given what `state` still has to place. Ties are broken by index. */
export function ranked(blocks: Int32Array, ranking: Ranking, instance: Instance, state: SearchState): Int32Array {
  const keys =
    ranking.kind === 'by'
      ? ranking.criteria.map(by => keysOf(by, instance, state))
      : [drawn(ranking.seed, instance, state)];
  return blocks.slice().sort((a, b) => {
    for (const key of keys) if (key[a] !== key[b]) return key[b] - key[a];
    return a - b;
  });
}

function keysOf(by: Criterion, instance: Instance, state: SearchState): Float64Array | Int32Array {
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

function fullest({ count, sectionFrom, section }: Instance, state: SearchState): Float64Array {
  const keys = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    for (let x = sectionFrom[b]; x < sectionFrom[b + 1]; x++) keys[b] = Math.max(keys[b], state.total[section[x]]);
  }
  return keys;
}

/** Widths and sizes enter by their logarithms, so that their units do not matter. */
function drawn(seed: number, instance: Instance, state: SearchState): Float64Array {
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

/** A generator of numbers in [0, 1) with a state of 32 bits: mulberry32, by Tommy Ettinger. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
