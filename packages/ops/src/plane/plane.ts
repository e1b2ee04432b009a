/**
 * Planes: the common form of convolutions and matrix products, as numbers.
 *
 * A plane of results has rows, columns and output channels, which are cut into blocks of one or more vectors. A pixel is a row and a column;
 * a tile is several pixels with some blocks. Each result is a sum over the taps of its window along the row and the column, and over the
 * input channels. A matrix product is a plane with one row and no taps. Inputs may lie anywhere, since they are loaded one by one and
 * copied into all lanes; the weights of a block are contiguous vectors. Padding is nowhere in memory: near an edge the loops over taps are
 * shorter (*clipped*).
 */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { WindowWalk } from '../define/window.ts';
import type { ByteProducts } from './products.ts';

/** `tiles` tiles of `width` pixels, of which the first begins at index `first`, each of `group` blocks. */
export interface TileRun {
  readonly first: Operand;
  readonly tiles: Operand;
  readonly width: number;
  readonly group: number;
}

/** The indices on both sides of the tiles: `count` of them, of which the first `low` begin at 0, and the others `skip` later. */
export interface Border {
  readonly count: Operand;
  readonly low: Operand;
  readonly skip: Operand;
}

/** Which taps lie inside the input: index i, tap t is position `first + i·across + t·along`, which must be in `[0, extent)`. */
export interface Clip {
  readonly first: Operand;
  readonly across: Operand;
  readonly along: Operand;
  /** The logarithm of `along` to the base 2, if that is to be used instead of a division. */
  readonly alongShift?: Operand;
  readonly extent: Operand;
}

/** The rows or the columns of a plane. */
export interface PlaneAxis {
  readonly count: Operand;
  readonly taps: Operand;
  /**
   * Bytes of input from the operand's first element to index 0, tap 0 (negative if that is padding), from index to index (`across`), and
   * from tap to tap (`along`).
   */
  readonly firstBytes: Operand;
  readonly across: Operand;
  /** `across` as a number, for distances within a tile. */
  readonly acrossBytes: number;
  readonly alongBytes: Operand;
  /** Bytes of weights from tap to tap. */
  readonly weightBytes: Operand;
  /** Absent if all windows lie inside the input. */
  readonly clip?: Clip;
  readonly interior: readonly TileRun[];
  /** The indices outside the tiles; absent if there are none. */
  readonly border?: Border;
  /** The axis of the result (-1 if it has none), on which index i has the coordinate `start + i·step`. */
  readonly result: { readonly axis: number; readonly start: Operand; readonly step: number };
  /** About how many indices there are, for choosing what the workers divide. */
  readonly lines: number;
}

/** An axis over which nothing is summed: batches. */
export interface OuterAxis {
  readonly count: Operand;
  /** The count as a number, for choosing what the workers divide. */
  readonly lines: number;
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
  /** The axis of the result. */
  readonly axis: number;
}

/** The output channels of a plane. */
export interface Blocks {
  readonly count: number;
  /** How many vectors a block has; 1 if the type has one lane. */
  readonly vectors: number;
  /** How many blocks a tile of one pixel takes at once. */
  readonly pixelGroup: number;
  /** Bytes of weights from block to block, and from channel to channel of a block. */
  readonly bytes: Operand;
  readonly laneBytes: number;
  /** Whether every two vectors are eight neighbouring weights of bf16, which are loaded at once. */
  readonly paired?: boolean;
  /** How many output channels there are; the last block may be incomplete. */
  readonly channels: number;
  /** The axis of the result (-1 if it has none), and the coordinate of the first channel on it. */
  readonly axis: number;
  readonly first: number;
}

/** What a kernel has to compute; addresses, counts and distances may be registers. */
export interface Plane {
  /** The type of a sum. */
  readonly type: KernelType;
  /** Present if operands are bytes: a channel is then four channels, and a lane of weights four bytes. */
  readonly bytes?: ByteProducts;
  readonly outer: readonly OuterAxis[];
  readonly rows: PlaneAxis;
  readonly columns: PlaneAxis;
  readonly channels: { readonly count: Operand; readonly inputBytes: Operand; readonly weightBytes: Operand };
  readonly blocks: Blocks;
  /**
   * For convolutions with groups: `blocks` blocks have the same input channels, those of the next group are `inputBytes` further; block 0 is
   * number `first` of its group.
   */
  readonly groups?: { readonly blocks: Operand; readonly first: Operand; readonly inputBytes: Operand };
  /** Whether the taps along a row and their channels are one contiguous run, in the input and in the weights, so that one loop does for both. */
  readonly merged: boolean;
  /** Whether blocks are the outer loop, so that the weights of a block stay in the cache; if not, the input of a line does. */
  readonly blocksFirst: boolean;
  /** Whether each row must be stored completely before the next; not together with `blocksFirst`. */
  readonly ordered?: boolean;
  /**
   * For planes of one row: so many blocks, whose weights stay in the second-level cache, are computed for the pixels of one tile before
   * those of the next. Results then fill whole cache lines, to which a loop over blocks would come back again and again.
   */
  readonly panel?: number;
  /** The addresses of the first elements of the operands. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

/** A number as a field; but 0 and 1 become part of the code, since with them loops and additions disappear. */
export function numberOf(k: KernelBuilder, value: number): Operand {
  return value === 0 || value === 1 ? value : k.field(value);
}

/** How many lanes a register type has: 1 or 4. */
export function lanesOf(type: KernelType): number {
  return type.endsWith('x4') ? 4 : 1;
}

/** The clipping of a walk in which some windows reach outside of the input. */
export function clipOf(k: KernelBuilder, { first, across, along, extent }: WindowWalk, number = numberOf): Clip {
  return {
    first: k.field(first),
    across: number(k, across),
    along: along <= 1 ? along : k.field(along),
    extent: k.field(extent),
  };
}

/** The batch axis of a feature map; all batches have the same weights. */
export function batchAxis(k: KernelBuilder, count: number, inputBytes: number): OuterAxis {
  return { count: numberOf(k, count), lines: count, inputBytes: numberOf(k, inputBytes), weightBytes: 0, axis: 0 };
}

/** The rows of a plane with only one spatial axis, or of a matrix product: a single row without taps. */
export function singleRow(): PlaneAxis {
  return {
    count: 1,
    taps: 1,
    firstBytes: 0,
    across: 0,
    acrossBytes: 0,
    alongBytes: 0,
    weightBytes: 0,
    interior: [{ first: 0, tiles: 1, width: 1, group: 1 }],
    result: { axis: -1, start: 0, step: 1 },
    lines: 1,
  };
}
