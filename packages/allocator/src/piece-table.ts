/** The pieces of all blocks as parallel columns over one timeline, which the bound and the allocators run through. */
import type { Block } from './blocks.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** All columns but `from` are by piece. */
export interface PieceTable {
  /** The lives of the pieces. */
  readonly timeline: Timeline;
  /** The pieces of block b are `from[b] … from[b + 1] - 1`. */
  readonly from: Int32Array;
  /** The block of every piece. */
  readonly block: Int32Array;
  /** The addresses `[low, high)` of every piece, counted from the base of its block. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The table of these blocks; the pieces of a block stay in their order. */
export function tableOf(blocks: readonly Block[]): PieceTable {
  const pieces = blocks.flatMap(block => block.pieces);
  const from = new Int32Array(blocks.length + 1);
  const block = new Int32Array(pieces.length);
  for (let b = 0; b < blocks.length; b++) {
    from[b + 1] = from[b] + blocks[b].pieces.length;
    block.fill(b, from[b], from[b + 1]);
  }
  return {
    timeline: timelineOf(pieces),
    from,
    block,
    low: Float64Array.from(pieces, piece => piece.low),
    high: Float64Array.from(pieces, piece => piece.high),
  };
}

/** How many addresses every piece takes. */
export function heightsOf({ low, high }: PieceTable): Float64Array {
  return high.map((top, p) => top - low[p]);
}
