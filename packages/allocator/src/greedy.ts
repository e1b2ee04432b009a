/** Greedy placement: one block after the other, each at the lowest offset that is free during its whole life. */
import type { Block } from './blocks.ts';
import { freeSpaceFor } from './choose-free-space.ts';
import { roundUp } from './congruence.ts';
import type { Order } from './order.ts';
import type { PieceTable } from './piece-table.ts';

/** What is the same for every order of the blocks, made once, so that several orders can be tried. */
export interface GreedyPlan {
  /** The bases of the blocks if they are placed in this order. */
  place(order: Order): Float64Array;
}

/** Prepares the placing of `blocks`; `table` must be theirs. Blocks that are fixed, always live or without pieces get their bases here. */
export function greedyPlan(blocks: readonly Block[], table: PieceTable): GreedyPlan {
  const settled = Float64Array.from(
    blocks,
    ({ fixed, pieces, residue }) => fixed ?? (pieces.length === 0 ? residue : -1),
  );
  const isFixed = blocks.some(block => block.fixed !== undefined);
  // All other blocks lie above the stack of those that are always live, and need not look at them. With fixed blocks there is no such
  // stack, since one of them may lie in its way: then the always live ones are placed like all others.
  const base = isFixed ? 0 : stackAlwaysLive(blocks, table, settled);
  const taking = table.block.map(b => (settled[b] < 0 || blocks[b].fixed !== undefined ? 1 : 0));
  const emptySpace = freeSpaceFor(blocks, table, Uint8Array.from(taking), base);
  return {
    place(order) {
      const bases = settled.slice();
      const space = emptySpace();
      blocks.forEach(({ fixed }, b) => {
        if (fixed !== undefined) space.add(b, fixed);
      });
      for (const b of order(blocks, table)) {
        if (bases[b] >= 0) continue;
        bases[b] = space.lowest(b);
        space.add(b, bases[b]);
      }
      return bases;
    },
  };
}

/**
 * Writes the bases of the blocks that are always live, the most aligned first so that little is lost between them. Returns the end of the
 * stack.
 */
function stackAlwaysLive(blocks: readonly Block[], { timeline, from }: PieceTable, bases: Float64Array): number {
  const { times, first, end } = timeline;
  const isAlways = (b: number) =>
    bases[b] < 0 && blocks[b].pieces.length === 1 && first[from[b]] === 0 && end[from[b]] === times.length;
  const always = [...blocks.keys()].filter(isAlways);
  always.sort((a, b) => blocks[b].alignment - blocks[a].alignment || a - b);
  let top = 0;
  for (const b of always) {
    bases[b] = roundUp(top, blocks[b].alignment, blocks[b].residue);
    top = bases[b] + blocks[b].extent;
  }
  return top;
}

/** The highest end of any block. */
export function heightOf(blocks: readonly Block[], bases: Float64Array): number {
  let height = 0;
  for (let b = 0; b < blocks.length; b++) {
    if (blocks[b].extent > 0) height = Math.max(height, bases[b] + blocks[b].extent);
  }
  return height;
}
