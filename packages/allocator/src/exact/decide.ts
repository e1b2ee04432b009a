/**
 * A complete search for blocks of any shape, slower than `Search`. It decides, for two blocks that lie over each other, which is the lower.
 *
 * 1. Every block starts as low as its residue lets it.
 * 2. If no two collide, that is a solution. Else two collide, at a distance inside a forbidden range: it must be at least the range's end
 *    or at most its start. Try both, the one that lifts less first.
 * 3. A decision is a lower bound of one offset by another; the least offsets that obey all decisions are found by lifting until nothing
 *    changes. What is lifted above the capacity ends the branch.
 * Offsets only rise along a branch and each decision rules out one range of one pair, so it ends; no solution is lost, so it decides.
 */
import type { Block } from '../blocks.ts';
import { roundUp } from '../congruence.ts';
import { type Forbidden, forbiddenBetween } from './forbidden.ts';
import type { Found, Meter } from './portfolio.ts';

/** Two blocks that are ever live together. */
interface BlockPair {
  readonly one: number;
  readonly other: number;
  readonly forbidden: Forbidden;
}

/** Demands that base(to) ≥ base(from) + distance. */
interface Decision {
  readonly from: number;
  readonly to: number;
  readonly distance: number;
}

/** Problems of more blocks are not begun, since every node looks at all pairs. */
const mostBlocks = 500;

/**
 * Searches for bases at which all blocks end at or below `capacity`. All blocks must have pieces. `infeasible` is a proof; `open` is the
 * answer when the budget is used up. Looking at 64 pairs costs as much of the budget as one node.
 */
export function decideBelow(blocks: readonly Block[], capacity: number, meter: Meter): Found {
  if (blocks.length > mostBlocks) return { status: 'open' };
  const highest = Float64Array.from(blocks, ({ fixed, extent }) => fixed ?? capacity - extent);
  const bases = Float64Array.from(blocks, ({ fixed, residue }) => fixed ?? residue);
  if (bases.some((base, b) => base > highest[b] || base + blocks[b].extent > capacity)) return { status: 'infeasible' };
  return decide({ blocks, highest, pairs: pairsOf(blocks), meter }, [], bases);
}

interface Context {
  readonly blocks: readonly Block[];
  /** The highest base each block can have. */
  readonly highest: Float64Array;
  readonly pairs: readonly BlockPair[];
  readonly meter: Meter;
}

function pairsOf(blocks: readonly Block[]): readonly BlockPair[] {
  const pairs: BlockPair[] = [];
  for (let other = 0; other < blocks.length; other++) {
    for (let one = 0; one < other; one++) {
      const forbidden = forbiddenBetween(blocks[one], blocks[other]);
      if (forbidden.starts.length > 0) pairs.push({ one, other, forbidden });
    }
  }
  return pairs;
}

function decide(context: Context, decisions: readonly Decision[], bases: Float64Array): Found {
  const { meter } = context;
  if (meter.nodes <= 0 || meter.isOver()) return { status: 'open' };
  meter.nodes -= 1 + (context.pairs.length >> 6);
  const choice = choiceAt(context.pairs, bases);
  if (!choice) return { status: 'solved', bases };
  let isOpen = false;
  for (const decision of choice) {
    const more = [...decisions, decision];
    const lifted = lift(context, more, bases);
    if (!lifted) continue;
    const found = decide(context, more, lifted);
    if (found.status === 'solved') return found;
    if (found.status === 'open') isOpen = true;
  }
  return { status: isOpen ? 'open' : 'infeasible' };
}

/**
 * The two decisions for one pair that collides, the one that lifts less first. Of all pairs it is the one where even that decision lifts
 * the most, so that what is hard is decided early.
 */
function choiceAt(pairs: readonly BlockPair[], bases: Float64Array): readonly Decision[] | undefined {
  let best: readonly Decision[] | undefined;
  let most = 0;
  for (const { one, other, forbidden } of pairs) {
    const distance = bases[other] - bases[one];
    const range = forbidden.starts.findIndex((start, i) => start < distance && distance < forbidden.ends[i]);
    if (range < 0) continue;
    const [up, down] = [forbidden.ends[range] - distance, distance - forbidden.starts[range]];
    if (Math.min(up, down) <= most) continue;
    most = Math.min(up, down);
    const above = { from: one, to: other, distance: forbidden.ends[range] };
    const below = { from: other, to: one, distance: -forbidden.starts[range] };
    best = up <= down ? [above, below] : [below, above];
  }
  return best;
}

function lift(
  { blocks, highest }: Context,
  decisions: readonly Decision[],
  from: Float64Array,
): Float64Array | undefined {
  const bases = from.slice();
  for (let isLifted = true; isLifted; ) {
    isLifted = false;
    for (const { from: below, to, distance } of decisions) {
      const least = bases[below] + distance;
      if (bases[to] >= least) continue;
      bases[to] = roundUp(least, blocks[to].alignment, blocks[to].residue);
      if (bases[to] > highest[to]) return undefined;
      isLifted = true;
    }
  }
  return bases;
}
