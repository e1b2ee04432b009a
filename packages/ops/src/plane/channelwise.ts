/**
 * The kernel for windows that do not mix channels: depthwise convolution and pooling. Vectors run over the channels; a tile is several pixels.
 *
 * In the interior a row of taps is unrolled: every input element is loaded once and used for all pixels of the tile whose windows contain
 * it. The pixels at the left and right edge are computed one by one, with loops over those taps that lie inside the input; the rows of
 * taps are clipped like that everywhere.
 * The loops go over rows, then over tiles along the row, then over channels, so that neighbouring tiles find their common inputs in the
 * cache, and results may be written over the input, a few rows behind the reads.
 */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import type { WindowWalk } from '../define/window.ts';
import { interior } from '../define/window.ts';
import type { AxisRegisters, ChannelKernel, ChannelPlane } from './channel-tile.ts';
import { emitChannelTile, unrolledTaps } from './channel-tile.ts';
import type { Shape } from './cut.ts';
import { cutInto } from './cut.ts';
import { clipOf, numberOf } from './plane.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';
import { enoughUnits, shareUnits } from './units.ts';

/** Writes the whole kernel of `plane`. */
export function emitChannelwise(k: KernelBuilder, sink: Sink, plane: ChannelPlane): void {
  const kernel: ChannelKernel = {
    k,
    sink,
    plane,
    batch: { count: numberOf(k, plane.batch.count), inputBytes: numberOf(k, plane.batch.inputBytes) },
    rows: axisRegisters(k, plane.rows),
    columns: axisRegisters(k, plane.columns),
    channels: { all: numberOf(k, plane.channels), whole: numberOf(k, plane.channels - (plane.channels % 4)) },
  };
  const parts = [...interiorTiles(kernel), ...edgePixels(kernel)];
  // The workers divide the rows, and finish each before the next. With few rows they divide the tiles instead, unless order is demanded.
  if (k.ordered || plane.rows.walk.results * plane.batch.count >= enoughUnits) {
    const { batch, rows } = kernel;
    shareUnits(k, [batch.count, rows.count], ([n, row]) => {
      const rowTaps = tapsAt(k, rows.taps, rows.clip, row);
      for (const { count, emit } of parts) k.loop(0, count, index => emit(n, row, rowTaps, index));
    });
  } else for (const part of parts) emitShared(kernel, part);
}

/** The tiles of a row that have the same code. */
interface RowPart {
  readonly count: Operand;
  readonly emit: (batch: Operand, row: Operand, rowTaps: TapRange, index: Operand) => void;
}

function emitShared({ k, batch, rows }: ChannelKernel, { count, emit }: RowPart): void {
  shareUnits(k, [batch.count, rows.count, count], ([n, row, index]) => {
    emit(n, row, tapsAt(k, rows.taps, rows.clip, row), index);
  });
}

function interiorTiles(kernel: ChannelKernel): readonly RowPart[] {
  const { k, plane } = kernel;
  const { walk } = plane.columns;
  const [from, to] = interior(walk);
  let first = from;
  return cutInto(to - from, tileShapes(walk, plane.weights !== undefined)).map(({ width, tiles }) => {
    const start = numberOf(k, first);
    first += width * tiles;
    return {
      count: numberOf(k, tiles),
      emit: (batch, row, rowTaps, index) => {
        emitChannelTile(kernel, { batch, row, rowTaps, column: k.add(k.mul(index, width), start), width });
      },
    };
  });
}

/** The columns outside the interior, as single pixels. */
function edgePixels(kernel: ChannelKernel): readonly RowPart[] {
  const { k, plane, columns } = kernel;
  const { walk } = plane.columns;
  const [from, to] = interior(walk);
  if (to - from === walk.results) return [];
  const low = numberOf(k, from);
  const skip = numberOf(k, to - from);
  return [
    {
      count: numberOf(k, walk.results - (to - from)),
      emit: (batch, row, rowTaps, i) => {
        const column = skip === 0 ? i : k.add(i, k.select(k.lt(i, low), k.i32(0), skip));
        const columnTaps = tapsAt(k, columns.taps, columns.clip, column);
        emitChannelTile(kernel, { batch, row, rowTaps, column, width: 1, columnTaps });
      },
    },
  ];
}

function axisRegisters(k: KernelBuilder, { walk, inputBytes, weightBytes }: ChannelPlane['rows']): AxisRegisters {
  const [from, to] = interior(walk);
  return {
    count: numberOf(k, walk.results),
    taps: numberOf(k, walk.taps),
    inputBytes: numberOf(k, inputBytes),
    firstBytes: numberOf(k, walk.first * inputBytes),
    acrossBytes: numberOf(k, walk.across * inputBytes),
    alongBytes: numberOf(k, walk.along * inputBytes),
    weightBytes: numberOf(k, weightBytes),
    clip: to - from < walk.results ? clipOf(k, walk) : undefined,
  };
}

const widest = 8;
const registers = 15;

/** The possible widths of tiles, with the cycles of a row of taps on a machine with two operations and two loads a cycle. */
function tileShapes(walk: WindowWalk, weighted: boolean): readonly Shape[] {
  const weights = weighted ? walk.taps : 0;
  const shapes: Shape[] = [];
  for (let width = 1; width <= widest; width++) {
    if (width > 1 && width + weights + 1 > registers) break;
    const inputs = walk.taps <= unrolledTaps ? inputsOf(walk, width) : width * walk.taps;
    shapes.push({ width, group: 1, cycles: Math.max(width * walk.taps, inputs + weights) / 2 + 1 });
  }
  return shapes;
}

/** How many different input elements a row of taps reads for a tile. */
function inputsOf(walk: WindowWalk, width: number): number {
  const positions = new Set<number>();
  for (let p = 0; p < width; p++) {
    for (let t = 0; t < walk.taps; t++) positions.add(p * walk.across + t * walk.along);
  }
  return positions.size;
}
