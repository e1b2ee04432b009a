/** One tile of a plane: where its input and weights lie, its sums, and their way to the sink. */
import type { KernelBuilder, KernelValue, Operand, Sink } from '@tessera/graph';
import type { Plane, PlaneAxis, TileRun } from './plane.ts';
import type { Place, SumLoop } from './register-tile.ts';
import { accumulate } from './register-tile.ts';
import { storeTile } from './store.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';

/** Tiles along one axis, for some indices of the other. */
export interface Pass {
  readonly along: 'rows' | 'columns';
  readonly fixed: { readonly count: Operand; readonly lines: number; readonly at: (i: Operand) => Operand };
  readonly runs: readonly TileRun[];
  /** The index along the axis at which the tile begins. */
  readonly at: (i: Operand) => Operand;
  /** The taps along the axis are clipped too. */
  readonly edges: boolean;
}

/** `count` groups of `group` blocks, from block `first` on. */
export interface BlockGroups {
  readonly first: number;
  readonly group: number;
  readonly count: number;
}

/** A line of tiles: everything but the place along it is known. */
export interface Line {
  readonly outer: readonly Operand[];
  readonly fixed: Operand;
  readonly fixedTaps: TapRange;
  /** The first block of the group. */
  readonly block: Operand;
  readonly groups: BlockGroups;
  /** Where input and weights begin, at the first existing tap of the fixed axis. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

export function linePlace(
  k: KernelBuilder,
  plane: Plane,
  pass: Pass,
  groups: BlockGroups,
  at: { readonly outer: readonly Operand[]; readonly fixed: Operand; readonly block: Operand },
): Line {
  const axis = pass.along === 'columns' ? plane.rows : plane.columns;
  const fixed = pass.fixed.at(at.fixed);
  const fixedTaps = tapsAt(k, axis.taps, axis.clip, fixed);
  let input = axisInput(
    k,
    k.add(k.add(plane.input, axis.firstBytes), plane[pass.along].firstBytes),
    axis,
    fixed,
    fixedTaps,
  );
  let weights = plus(k, plus(k, plane.weights, fixedTaps.from, axis.weightBytes), at.block, plane.blocks.bytes);
  plane.outer.forEach((outer, i) => {
    input = plus(k, input, at.outer[i], outer.inputBytes);
    weights = plus(k, weights, at.outer[i], outer.weightBytes);
  });
  if (plane.groups) {
    const { blocks, first, inputBytes } = plane.groups;
    input = plus(k, input, k.div(k.add(at.block, first), blocks), inputBytes);
  }
  return { outer: at.outer, fixed, fixedTaps, block: at.block, groups, input, weights };
}

/** Tile number `tile` of a run. */
export function emitTile(
  k: KernelBuilder,
  sink: Sink,
  plane: Plane,
  pass: Pass,
  line: Line,
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
    pixels: pixelPlaces(k, axisInput(k, line.input, axis, index, taps), run.width, axis),
    columns: columnPlaces(k, plane, weights, line.groups.group),
    loops: sumLoops(k, plane, ranges),
  });
  const [row, column] = pass.along === 'columns' ? [line.fixed, index] : [index, line.fixed];
  storeTile(k, sink, plane, { line, row, column, along: axis.result }, sums);
}

/** The input at index `index` of an axis, at its first existing tap. */
function axisInput(k: KernelBuilder, base: KernelValue, axis: PlaneAxis, index: Operand, taps: TapRange): KernelValue {
  return plus(k, plus(k, base, index, axis.across), taps.from, axis.alongBytes);
}

/** `base + index · bytes`; nothing is emitted where that is `base`. */
function plus(k: KernelBuilder, base: KernelValue, index: Operand, bytes: Operand): KernelValue {
  return index === 0 || bytes === 0 ? base : k.add(base, k.mul(index, bytes));
}

/** Neighbouring pixels: constant distances go into the loads, others need a register each. */
function pixelPlaces(k: KernelBuilder, base: KernelValue, width: number, axis: PlaneAxis): readonly Place[] {
  return Array.from({ length: width }, (_, p) => {
    if (k.specialised) return { base, offset: p * axis.acrossBytes };
    return { base: p === 0 ? base : k.add(base, k.mul(axis.across, p)), offset: 0 };
  });
}

/** The vectors of neighbouring blocks. */
function columnPlaces(k: KernelBuilder, { blocks }: Plane, base: KernelValue, group: number): readonly Place[] {
  return Array.from({ length: group }, (_, block) => {
    const first = block === 0 ? base : k.add(base, k.mul(blocks.bytes, block));
    return Array.from({ length: blocks.vectors }, (__, v) => ({ base: first, offset: 16 * v }));
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
