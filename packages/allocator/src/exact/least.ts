/**
 * Searches for the lowest placement: tries one capacity after the other with `findBelow`, and with `decideBelow` for blocks of shapes for
 * which `findBelow` proves nothing.
 *
 * It goes in rounds. A round tries the bound first, which most problems reach, and then halves the distance between the highest capacity
 * that failed and the lowest height found. A try that runs out of its nodes counts as failed in this round but proves nothing. The next
 * round gives each try twice as many, until the lowest height found is proven the least or the budget is used up.
 */
import { assertThat } from '@tessera-dnn/diagnostics';
import type { Block } from '../blocks.ts';
import { heightOf } from '../greedy.ts';
import { decideBelow } from './decide.ts';
import { type Found, findBelow, type Meter, type Prepared, prepare, type SearchOptions } from './portfolio.ts';

/** The lowest placement found. */
export interface Least {
  readonly bases: Float64Array;
  /** It is proven that no placement is lower than this. If that is the height of `bases`, they are the least. */
  readonly proven: number;
}

/** A problem made ready to be searched at any capacity. */
export interface Searchable {
  readonly blocks: readonly Block[];
  /** The blocks that have pieces, for which alone a base is searched, by index and as they are. */
  readonly places: readonly number[];
  readonly taking: readonly Block[];
  readonly prepared: Prepared;
  readonly isUniform: boolean;
}

/** Makes blocks ready to be searched; `undefined` if there are too many, or if `isOver` returns true before that is done. */
export function searchable(blocks: readonly Block[], isOver: () => boolean): Searchable | undefined {
  const places = [...blocks.keys()].filter(b => blocks[b].pieces.length > 0);
  const taking = places.map(b => blocks[b]);
  const prepared = prepare(taking, isOver);
  if (!prepared) return undefined;
  return { blocks, places, taking, prepared, isUniform: prepared.groups.every(({ instance }) => instance.isUniform) };
}

/** Searches for a placement that is no higher than `capacity`, charging `meter`. Blocks without pieces keep their bases of `known`. */
export function searchBelow(
  problem: Searchable,
  capacity: number,
  known: Float64Array,
  meter: Meter,
  options: SearchOptions,
): Found {
  const found = findAnyShape(problem, capacity, meter, options);
  if (found.status !== 'solved') return found;
  const bases = known.slice();
  for (const [i, b] of problem.places.entries()) bases[b] = found.bases[i];
  return { status: 'solved', bases };
}

function findAnyShape(
  { taking, prepared, isUniform }: Searchable,
  capacity: number,
  meter: Meter,
  options: SearchOptions,
): Found {
  if (isUniform) return findBelow(prepared, capacity, meter, options);
  const half = shareOf(meter, Math.ceil(meter.nodes / 2));
  const found = findBelow(prepared, capacity, half, options);
  meter.nodes -= half.charged();
  return found.status === 'solved' ? found : decideBelow(taking, capacity, meter);
}

/** The lowest placement that can be found within the budget of `meter`, starting from the placement `best` and the lower bound `bound`. */
export function leastHeight(
  problem: Searchable,
  best: Float64Array,
  bound: number,
  meter: Meter,
  options: SearchOptions,
): Least {
  let least = { bases: best, proven: bound };
  for (let nodes = nodesInFirstTry(problem); ; nodes *= 2) {
    const round = descend(problem, least, nodes, meter, options);
    least = round.least;
    if (!round.wasCut || heightOf(problem.blocks, least.bases) === least.proven) return least;
  }
}

function nodesInFirstTry({ taking }: Searchable): number {
  return Math.max(2000, 16 * taking.length);
}

interface Round {
  readonly least: Least;
  /** Whether some try ran out of its nodes; otherwise another round would find nothing new. */
  readonly wasCut: boolean;
}

function descend(problem: Searchable, from: Least, nodes: number, meter: Meter, options: SearchOptions): Round {
  let { bases, proven } = from;
  let height = heightOf(problem.blocks, bases);
  let wasCut = false;
  for (let failed = proven - 1; failed + 1 < height; ) {
    if (meter.nodes <= 0 || meter.isOver()) return { least: { bases, proven }, wasCut: false };
    const capacity = failed < from.proven ? from.proven : Math.floor((failed + height) / 2);
    const share = shareOf(meter, nodes);
    const found = searchBelow(problem, capacity, bases, share, options);
    meter.nodes -= share.charged();
    if (found.status === 'solved') {
      bases = found.bases;
      height = heightOf(problem.blocks, bases);
      assertThat(height <= capacity, 'allocate', `found a height of ${height} below ${capacity}`);
      continue;
    }
    failed = capacity;
    if (found.status === 'infeasible') proven = capacity + 1;
    // Two kinds of search may share the nodes of a try, and the first of them alone may have run out of its half.
    else if (share.charged() * 2 >= nodes) wasCut = true;
  }
  return { least: { bases, proven }, wasCut };
}

/** A meter with at most `most` of the nodes that `meter` has left; `charged` says how many have been used. */
function shareOf(meter: Meter, most: number): Meter & { readonly charged: () => number } {
  const nodes = Math.min(most, meter.nodes);
  const share = { nodes, isOver: meter.isOver, charged: () => nodes - share.nodes };
  return share;
}
