/** Stores sums through the sink, which applies what is fused to them and writes them to memory. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { isVector } from '@tessera-dnn/graph/kernel';
import type { Cursor, Sink } from '@tessera-dnn/graph/op';
import type { TileLine } from './line.ts';
import type { Plane, PlaneAxis } from './plane.ts';
import { lanesOf } from './plane.ts';

/** A distance from the place of a cursor: for some axes of the result, how many elements. */
export type Offset = readonly (readonly [axis: number, elements: number])[];

/** Where neighbours along an axis of the result are stored. */
export interface StorePlace {
  readonly cursor: Cursor;
  readonly axis: number;
}

/**
 * Stores the first `lanes` lanes of `value`, which are neighbours along `axis` of the result: as a vector if the sink takes vectors along
 * that axis, and otherwise one by one.
 */
export function storeAlong(
  k: KernelBuilder,
  { sink, cursor, axis }: StorePlace & { readonly sink: Sink },
  value: KernelValue,
  offset: Offset,
  lanes = 4,
): void {
  if (!isVector(value.type)) {
    cursor.store(value, offset);
  } else if (sink.vectorAxis === axis) {
    cursor.store(value, offset, lanes);
  } else {
    for (let lane = 0; lane < lanes; lane++) {
      cursor.store(k.extract(value, lane), lane === 0 ? offset : [...offset, [axis, lane]]);
    }
  }
}

/** Stores the lanes `first … 3` of a vector, one by one; lane l is `start + l` elements along `axis` from `offset`. */
export function storeEnd(
  k: KernelBuilder,
  { cursor, axis, start = 0 }: StorePlace & { readonly start?: number },
  vector: KernelValue,
  first: number,
  offset: Offset,
): void {
  for (let lane = first; lane < 4; lane++) cursor.store(k.extract(vector, lane), [...offset, [axis, start + lane]]);
}

/** Where a tile is stored: its line, its first pixel, and the axis of the result along which its pixels lie. */
export interface TilePlace {
  readonly line: TileLine;
  readonly row: Operand;
  readonly column: Operand;
  readonly along: PlaneAxis['result'];
}

/** Gives each sum of a register tile, by pixel and by vector, where it is to be stored. */
export type TileSums = readonly (readonly (() => KernelValue)[])[];

/** Stores the sums of a register tile, by pixel and by vector; the last block may have fewer channels than the others. */
export function storeTile(k: KernelBuilder, sink: Sink, plane: Plane, place: TilePlace, sums: TileSums): void {
  const { blocks } = plane;
  const { group, count, first } = place.line.groups;
  const lanes = lanesOf(plane.type);
  const blockChannels = lanes * blocks.vectors;
  const cursor = sink.at(coordinates(k, plane, place, blockChannels));
  const storeBlock = (q: number, channels: number): void => {
    sums.forEach((row, p) => {
      for (let v = 0; v * lanes < channels; v++) {
        const offset: [number, number][] = p > 0 ? [[place.along.axis, p * place.along.step]] : [];
        const channel = q * blockChannels + v * lanes;
        if (channel > 0) offset.push([blocks.axis, channel]);
        const some = Math.min(lanes, channels - v * lanes);
        storeAlong(k, { sink, cursor, axis: blocks.axis }, row[q * blocks.vectors + v](), offset, some);
      }
    });
  };
  const last = group - 1;
  for (let q = 0; q < last; q++) storeBlock(q, blockChannels);
  const tail = blocks.channels % blockChannels;
  if (tail === 0 || first + count * group < blocks.count) storeBlock(last, blockChannels);
  else if (count === 1) storeBlock(last, tail);
  else {
    const inside = k.lt(k.add(place.line.block, last), k.field(blocks.count - 1));
    k.when(
      inside,
      () => storeBlock(last, blockChannels),
      () => storeBlock(last, tail),
    );
  }
}

/** The coordinates in the result of the first pixel and channel of a tile. */
function coordinates(
  k: KernelBuilder,
  { outer, rows, columns, blocks }: Plane,
  place: TilePlace,
  blockChannels: number,
): readonly Operand[] {
  const at: Operand[] = [];
  outer.forEach((axis, i) => {
    at[axis.axis] = place.line.outer[i];
  });
  if (blocks.axis >= 0) at[blocks.axis] = channelAt(k, place.line.block, blockChannels, blocks.first);
  for (const [axis, index] of [
    [rows.result, place.row],
    [columns.result, place.column],
  ] as const) {
    if (axis.axis < 0) continue;
    const scaled = axis.step === 1 ? index : k.mul(index, axis.step);
    at[axis.axis] = axis.start === 0 ? scaled : k.add(scaled, axis.start);
  }
  return at;
}

function channelAt(k: KernelBuilder, block: Operand, blockChannels: number, first: number): Operand {
  if (typeof block === 'number') return block * blockChannels + first;
  return k.add(k.mul(block, blockChannels), first);
}
