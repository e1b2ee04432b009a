/**
 * Planes: the common shape of convolutions and matrix products, as numbers.
 *
 * A result plane has rows, columns and blocks of output channels; each result sums over the taps of its row, the taps of its column and
 * the input channels. A matrix product is a plane with one row and no taps. Inputs may lie anywhere (they are loaded one by one and
 * repeated over the lanes); weights of one block are contiguous vectors. Padding exists nowhere in memory: near an edge the loop over
 * taps is shorter.
 */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera/graph';
import type { Walk } from '../define/window.ts';

/** Tiles of `width` pixels from `first` on, each over `group` blocks; all their windows lie inside the input. */
export interface TileRun {
  readonly first: Operand;
  readonly tiles: Operand;
  readonly width: number;
  readonly group: number;
}

/** The indices 0 … count - 1 of which those from `low` on are moved up by `skip`: what lies on both sides of the tiles. */
export interface Border {
  readonly count: Operand;
  readonly low: Operand;
  readonly skip: Operand;
}

/** In positions of the input: index i, tap t reads `first + i·across + t·along`, if that is in `[0, extent)`. */
export interface Clip {
  readonly first: Operand;
  readonly across: Operand;
  readonly along: Operand;
  /** Its logarithm by 2, where it has one and a division is better avoided. */
  readonly alongShift?: Operand;
  readonly extent: Operand;
}

export interface PlaneAxis {
  readonly count: Operand;
  readonly taps: Operand;
  /** Input bytes from the operand's first element to index 0, tap 0 (which may lie before it), per index, and per tap. */
  readonly firstBytes: Operand;
  readonly across: Operand;
  /** The same as a number, for distances within a tile. */
  readonly acrossBytes: number;
  readonly alongBytes: Operand;
  /** Weight bytes per tap. */
  readonly weightBytes: Operand;
  /** Absent: no window reaches over an edge. */
  readonly clip?: Clip;
  readonly interior: readonly TileRun[];
  /** Absent: the tiles cover all. */
  readonly border?: Border;
  /** The result's axis (-1: none), and the coordinates of index i on it: `start + i·step`. */
  readonly result: { readonly axis: number; readonly start: Operand; readonly step: number };
  /** About how many indices there are, for choosing what workers share. */
  readonly lines: number;
}

/** An axis over which nothing is summed: batches. */
export interface OuterAxis {
  readonly count: Operand;
  /** The count, for choosing what workers share. */
  readonly lines: number;
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
  /** The result's axis. */
  readonly axis: number;
}

export interface Blocks {
  readonly count: number;
  /** Vectors of one block; 1 if the type is one lane. */
  readonly vectors: number;
  /** Blocks that a tile of one pixel takes at once. */
  readonly pixelGroup: number;
  /** Weight bytes per block. */
  readonly bytes: Operand;
  /** Output channels in all; the last block may be a part. */
  readonly channels: number;
  /** The result's axis, -1 where it has none; the coordinate of the first channel on it. */
  readonly axis: number;
  readonly first: number;
}

export interface Plane {
  /** The type of a sum. */
  readonly type: KernelType;
  readonly outer: readonly OuterAxis[];
  readonly rows: PlaneAxis;
  readonly columns: PlaneAxis;
  readonly channels: { readonly count: Operand; readonly inputBytes: Operand; readonly weightBytes: Operand };
  readonly blocks: Blocks;
  /** Channel groups: so many blocks share input channels, the next ones read so many bytes further on; block 0 is number `first` of its group. */
  readonly groups?: { readonly blocks: Operand; readonly first: Operand; readonly inputBytes: Operand };
  /** The taps of a column and its channels are one contiguous run, in the input and in the weights. */
  readonly merged: boolean;
  /** Blocks are the outer loop: weights of a block stay in the cache, the input streams past; else the other way round. */
  readonly blocksFirst: boolean;
  /** Nothing of a row is stored before all of the rows above it are. Not with `blocksFirst`. */
  readonly ordered?: boolean;
  /**
   * On planes of one row: a tile's pixels meet so many blocks, whose weights stay in the second cache, before the next pixels do.
   * Results then fill whole lines of memory, where blocks one after another would come back to each for a part of it.
   */
  readonly panel?: number;
  /** Addresses of the operands' first elements. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

/** A number as a field of the record; 0 and 1 are part of the code, they make loops and additions vanish. */
export function numberOf(k: KernelBuilder, value: number): Operand {
  return value === 0 || value === 1 ? value : k.field(value);
}

/** Lanes of a register type. */
export function lanesOf(type: KernelType): number {
  return type.endsWith('x4') ? 4 : 1;
}

/** The clipping of a walk some of whose windows reach over an edge. */
export function clipOf(k: KernelBuilder, { first, across, along, extent }: Walk, number = numberOf): Clip {
  return {
    first: k.field(first),
    across: number(k, across),
    along: along <= 1 ? along : k.field(along),
    extent: k.field(extent),
  };
}

/** The batch axis of a feature map, whose weights are the same for all. */
export function batchAxis(k: KernelBuilder, count: number, inputBytes: number): OuterAxis {
  return { count: numberOf(k, count), lines: count, inputBytes: numberOf(k, inputBytes), weightBytes: 0, axis: 0 };
}

/** The row of a plane that has none. */
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
