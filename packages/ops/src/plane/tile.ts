/** One tile of a plane: computes its sums, and stores them. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import type { Pass, TileLine } from './line.ts';
import { axisInput, plus } from './line.ts';
import { lanesOf, type Plane, type PlaneAxis, type TileRun } from './plane.ts';
import type { BytePlace } from './products.ts';
import type { SumLoop } from './register-tile.ts';
import { accumulate } from './register-tile.ts';
import { storeTile, type TileSums } from './store.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';

/** Writes the code for tile number `tile` of a run on a line. */
export function emitTile(
  k: KernelBuilder,
  sink: Sink,
  { plane, pass, line }: { readonly plane: Plane; readonly pass: Pass; readonly line: TileLine },
  run: TileRun,
  tile: Operand,
): void {
  const axis = plane[pass.along];
  const index = pass.at(k.add(k.mul(tile, run.width), run.first));
  const taps = tapsAt(k, axis.taps, pass.edges ? axis.clip : undefined, index);
  const weights = plus(k, line.weights, taps.from, axis.weightBytes);
  const ranges =
    pass.along === 'columns' ? { rows: line.fixedTaps, columns: taps } : { rows: taps, columns: line.fixedTaps };
  const sums = accumulate(k, {
    type: plane.type,
    bytes: plane.bytes,
    paired: plane.blocks.paired,
    pixels: pixelPlaces(k, axisInput(k, line.input, axis, index, taps), run.width, axis),
    columns: columnPlaces(k, plane, weights, line.groups.group),
    loops: sumLoops(k, plane, ranges),
  });
  const [row, column] = pass.along === 'columns' ? [line.fixed, index] : [index, line.fixed];
  storeTile(k, sink, plane, { line, row, column, along: axis.result }, sink.narrows ? parked(k, sums) : held(sums));
}

function held(sums: readonly (readonly KernelValue[])[]): TileSums {
  return sums.map(row => row.map(sum => () => sum));
}

/**
 * The sums as they come back from scratch memory. What is narrowed needs so many registers that some sums would have to leave theirs, and V8 stores
 * those wherever they change: on every turn of the innermost loop.
 */
function parked(k: KernelBuilder, sums: readonly (readonly KernelValue[])[]): TileSums {
  if (!k.specialised || !k.ordered) return held(sums);
  const all = sums.flat();
  const bytes = 4 * lanesOf(all[0].type);
  const address = k.scratch(bytes * all.length);
  all.forEach((sum, i) => {
    k.store(address, sum, i * bytes);
  });
  return sums.map((row, p) => row.map((sum, c) => () => k.load(sum.type, address, (p * row.length + c) * bytes)));
}

/** The places of neighbouring pixels. If distances are constants they are part of the loads; if not, each pixel needs a register. */
function pixelPlaces(k: KernelBuilder, base: KernelValue, width: number, axis: PlaneAxis): readonly BytePlace[] {
  return Array.from({ length: width }, (_, p) => {
    if (k.specialised) return { base, offset: p * axis.acrossBytes };
    return { base: p === 0 ? base : k.add(base, k.mul(axis.across, p)), offset: 0 };
  });
}

/** The places of the weights of all vectors of neighbouring blocks. */
function columnPlaces(k: KernelBuilder, { blocks }: Plane, base: KernelValue, group: number): readonly BytePlace[] {
  return Array.from({ length: group }, (_, block) => {
    const first = block === 0 ? base : k.add(base, k.mul(blocks.bytes, block));
    return Array.from({ length: blocks.vectors }, (__, v) => ({ base: first, offset: 4 * blocks.laneBytes * v }));
  }).flat();
}

function sumLoops(
  k: KernelBuilder,
  { rows, columns, channels, merged }: Plane,
  taps: { readonly rows: TapRange; readonly columns: TapRange },
): readonly SumLoop[] {
  const outer = { count: taps.rows.count, inputBytes: rows.alongBytes, weightBytes: rows.weightBytes };
  if (merged) return [outer, { ...channels, count: k.mul(taps.columns.count, channels.count) }];
  const middle = { count: taps.columns.count, inputBytes: columns.alongBytes, weightBytes: columns.weightBytes };
  return [outer, middle, channels];
}
