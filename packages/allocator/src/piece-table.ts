/** The pieces of all blocks as parallel columns over one timeline: what bound and allocators run through. */
import type { Block } from './blocks.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export interface PieceTable {
  /** Of the pieces. */
  readonly timeline: Timeline;
  /** The pieces of block b are `from[b] … from[b + 1] - 1`. */
  readonly from: Int32Array;
  /** The block of every piece. */
  readonly block: Int32Array;
  /** Addresses of every piece, from its block's base. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

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
