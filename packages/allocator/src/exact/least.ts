/**
 * The lowest height that can be found: `findBelow` and, for shapes it cannot decide, `decideBelow`, at one capacity after the other.
 *
 * First the bound itself, which most problems reach; then halves of what is left between the highest that failed and the lowest that was
 * found. A try that runs out of its share of the budget counts as failed, but proves nothing.
 */
import { assertThat } from '@tessera/diagnostics';
import type { Block } from '../blocks.ts';
import { heightOf } from '../greedy.ts';
import { decideBelow } from './decide.ts';
import { type Found, findBelow, type Meter, type SearchOptions } from './portfolio.ts';

export interface Least {
  readonly bases: Float64Array;
  /** No placement is lower: the height of `bases`, if that is the least. */
  readonly proven: number;
}

/** One capacity. Blocks without pieces keep what they have in `known`. */
export function searchBelow(
  blocks: readonly Block[],
  capacity: number,
  known: Float64Array,
  meter: Meter,
  options: SearchOptions,
): Found {
  const places = [...blocks.keys()].filter(b => blocks[b].pieces.length > 0);
  const taking = places.map(b => blocks[b]);
  const found = findAnyShape(taking, capacity, meter, options);
  if (found.status !== 'solved') return found;
  const bases = known.slice();
  for (const [i, b] of places.entries()) bases[b] = found.bases[i];
  return { status: 'solved', bases };
}

function findAnyShape(blocks: readonly Block[], capacity: number, meter: Meter, options: SearchOptions): Found {
  if (blocks.every(({ pieces, extent }) => pieces.every(({ low, high }) => low === 0 && high === extent))) {
    return findBelow(blocks, capacity, meter, options);
  }
  const half = shareOf(meter, 2);
  const found = findBelow(blocks, capacity, half, options);
  meter.nodes -= half.charged();
  return found.status === 'solved' ? found : decideBelow(blocks, capacity, meter);
}

/** `best` is where it starts, `bound` what nothing stays below. */
export function leastHeight(
  blocks: readonly Block[],
  best: Float64Array,
  bound: number,
  meter: Meter,
  options: SearchOptions,
): Least {
  let bases = best;
  let height = heightOf(blocks, bases);
  let proven = bound;
  let failed = bound - 1;
  while (failed + 1 < height && meter.nodes > 0 && !meter.isOver()) {
    const capacity = failed < bound ? bound : Math.floor((failed + height) / 2);
    const share = shareOf(meter, 2);
    const found = searchBelow(blocks, capacity, bases, share, options);
    meter.nodes -= share.charged();
    if (found.status === 'solved') {
      bases = found.bases;
      height = heightOf(blocks, bases);
      assertThat(height <= capacity, 'allocate', `found a height of ${height} below ${capacity}`);
    } else {
      failed = capacity;
      if (found.status === 'infeasible') proven = capacity + 1;
    }
  }
  return { bases, proven };
}

/** A part of what a meter has left. */
function shareOf(meter: Meter, parts: number): Meter & { readonly charged: () => number } {
  const nodes = Math.ceil(meter.nodes / parts);
  const share = { nodes, isOver: meter.isOver, charged: () => nodes - share.nodes };
  return share;
}
