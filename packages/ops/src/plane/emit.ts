/**
 * The kernel of a plane: register tiles over everything.
 *
 * 1. Columns whose windows lie inside the input, in tiles along the row, row by row; the taps of a row are clipped at the upper and
 *    the lower edge, which costs one test per row.
 * 2. The columns left over at both edges, in tiles along the column, where the rows allow it; their column taps are clipped.
 * 3. The corners, pixel by pixel, clipped both ways.
 * Narrow tiles take several blocks of channels at once, so that enough sums are under way to hide the latency of an addition.
 */
import type { KernelBuilder, KernelValue, Operand, Sink } from '@tessera/graph';
import type { Plane, PlaneAxis, TileRun } from './plane.ts';
import { lanesOf } from './plane.ts';
import type { Place, SumLoop } from './register-tile.ts';
import { accumulate } from './register-tile.ts';
import { storeAlong } from './store.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';
import { shareUnits } from './units.ts';

export function emitPlane(k: KernelBuilder, sink: Sink, plane: Plane): void {
  const { rows, columns } = plane;
  const across = { count: rows.count, at: (i: Operand) => i };
  emitPass(k, sink, plane, { along: 'columns', fixed: across, runs: columns.interior, edges: false });
  if (columns.border === undefined) return;
  const edges = { count: columns.border.count, at: borderIndex(k, columns) };
  emitPass(k, sink, plane, { along: 'rows', fixed: edges, runs: rows.interior, edges: false });
  if (rows.border === undefined) return;
  const corners: TileRun = { first: 0, tiles: rows.border.count, width: 1, group: plane.blocks.pixelGroup };
  emitPass(k, sink, plane, { along: 'rows', fixed: edges, runs: [corners], edges: true });
}

/** Tiles along one axis, for given indices of the other. */
interface Pass {
  readonly along: 'rows' | 'columns';
  readonly fixed: { readonly count: Operand; readonly at: (i: Operand) => Operand };
  readonly runs: readonly TileRun[];
  /** The tiles are the single pixels of the border of their own axis. */
  readonly edges: boolean;
}

function borderIndex(k: KernelBuilder, { border }: PlaneAxis): (i: Operand) => Operand {
  if (border === undefined || border.skip === 0) return i => i;
  return i => k.add(i, k.select(k.lt(i, border.low), 0, k.add(border.skip, 0)));
}

/** Runs with the same group of blocks share their loops; blocks left over by a group are a group of their own. */
function emitPass(k: KernelBuilder, sink: Sink, plane: Plane, pass: Pass): void {
  for (const group of new Set(pass.runs.map(run => run.group))) {
    const runs = pass.runs.filter(run => run.group === group);
    const whole = Math.floor(plane.blocks.count / group);
    if (whole > 0) emitUnits(k, sink, plane, { ...pass, runs }, { first: 0, group, count: whole });
    const rest = plane.blocks.count % group;
    if (rest > 0) emitUnits(k, sink, plane, { ...pass, runs }, { first: whole * group, group: rest, count: 1 });
  }
}

/** `count` groups of `group` blocks, from block `first` on. */
interface BlockGroups {
  readonly first: number;
  readonly group: number;
  readonly count: number;
}

function emitUnits(k: KernelBuilder, sink: Sink, plane: Plane, pass: Pass, groups: BlockGroups): void {
  const { outer, blocksFirst } = plane;
  const blockCount = groups.count === 1 ? 1 : k.field(groups.count);
  const inner = blocksFirst ? [blockCount, pass.fixed.count] : [pass.fixed.count, blockCount];
  shareUnits(k, [...outer.map(axis => axis.count), ...inner], indices => {
    const [a, b] = indices.slice(outer.length);
    const [group, fixed] = blocksFirst ? [a, b] : [b, a];
    const block = k.add(k.mul(group, groups.group), groups.first);
    emitLine(k, sink, plane, pass, {
      outer: indices.slice(0, outer.length),
      fixed: pass.fixed.at(fixed),
      block: groups.count === 1 ? groups.first : block,
      groups,
    });
  });
}

/** One line of tiles: everything but the place along the line is known. */
interface Line {
  readonly outer: readonly Operand[];
  readonly fixed: Operand;
  /** The first block of the group. */
  readonly block: Operand;
  readonly groups: BlockGroups;
}

function emitLine(k: KernelBuilder, sink: Sink, plane: Plane, pass: Pass, line: Line): void {
  const fixedAxis = pass.along === 'columns' ? plane.rows : plane.columns;
  const alongAxis = plane[pass.along];
  const fixedTaps = tapsAt(k, fixedAxis.taps, fixedAxis.clip, line.fixed);
  const base = lineBase(k, plane, line, fixedAxis, fixedTaps);
  for (const run of pass.runs) {
    k.loop(0, run.tiles, tile => {
      const index = pass.edges ? borderIndex(k, alongAxis)(tile) : k.add(k.mul(tile, run.width), run.first);
      const alongTaps = tapsAt(k, alongAxis.taps, pass.edges ? alongAxis.clip : undefined, index);
      const input = k.add(k.add(base.input, alongAxis.firstBytes), axisInput(k, alongAxis, index, alongTaps));
      const weights = plus(k, base.weights, alongTaps.from, alongAxis.weightBytes);
      const taps =
        pass.along === 'columns' ? { rows: fixedTaps, columns: alongTaps } : { rows: alongTaps, columns: fixedTaps };
      const sums = accumulate(k, {
        type: plane.type,
        pixels: pixelPlaces(k, input, run.width, alongAxis),
        columns: columnPlaces(k, plane, weights, line.groups.group),
        loops: sumLoops(k, plane, taps),
      });
      storeTile(k, sink, plane, pass, line, index, sums);
    });
  }
}

/** Where the line's input and weights begin, clipped taps of the fixed axis left out. */
function lineBase(
  k: KernelBuilder,
  plane: Plane,
  line: Line,
  axis: PlaneAxis,
  taps: TapRange,
): { readonly input: KernelValue; readonly weights: KernelValue } {
  let input = k.add(plane.input, axis.firstBytes);
  input = k.add(input, axisInput(k, axis, line.fixed, taps));
  let weights = plus(k, plane.weights, taps.from, axis.weightBytes);
  weights = plus(k, weights, line.block, plane.blocks.bytes);
  plane.outer.forEach((outer, i) => {
    input = plus(k, input, line.outer[i], outer.inputBytes);
    weights = plus(k, weights, line.outer[i], outer.weightBytes);
  });
  if (plane.groups) {
    const { blocks, first, inputBytes } = plane.groups;
    input = plus(k, input, k.div(k.add(line.block, first), blocks), inputBytes);
  }
  return { input, weights };
}

/** Input bytes from an axis' first place to index `index` at its first tap. */
function axisInput(k: KernelBuilder, axis: PlaneAxis, index: Operand, taps: TapRange): KernelValue {
  return plus(k, plus(k, k.i32(0), index, axis.across), taps.from, axis.alongBytes);
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

function storeTile(
  k: KernelBuilder,
  sink: Sink,
  plane: Plane,
  pass: Pass,
  line: Line,
  index: Operand,
  sums: readonly (readonly KernelValue[])[],
): void {
  const { blocks } = plane;
  const { group, count, first } = line.groups;
  const lanes = lanesOf(plane.type);
  const blockChannels = lanes * blocks.vectors;
  const tail = blocks.channels % blockChannels;
  const cursor = sink.at(coordinates(k, plane, pass, line, index, blockChannels));
  const along = plane[pass.along].result;
  const storeBlock = (q: number, channels: number): void => {
    sums.forEach((row, p) => {
      for (let v = 0; v < blocks.vectors && v * lanes < channels; v++) {
        const offset: [number, number][] = p > 0 ? [[along.axis, p * along.step]] : [];
        const channel = q * blockChannels + v * lanes;
        if (channel > 0) offset.push([blocks.axis, channel]);
        const some = Math.min(lanes, channels - v * lanes);
        storeAlong(k, sink, cursor, blocks.axis, row[q * blocks.vectors + v], offset, some);
      }
    });
  };
  for (let q = 0; q < group - 1; q++) storeBlock(q, blockChannels);
  const last = group - 1;
  const reachesEnd = first + count * group === blocks.count;
  if (tail === 0 || !reachesEnd) storeBlock(last, blockChannels);
  else if (count === 1) storeBlock(last, tail);
  else {
    const full = k.lt(k.add(line.block, last), k.field(blocks.count - 1));
    k.when(
      full,
      () => storeBlock(last, blockChannels),
      () => storeBlock(last, tail),
    );
  }
}

/** The cursor's place: the tile's first pixel and channel. */
function coordinates(
  k: KernelBuilder,
  { outer, rows, columns, blocks }: Plane,
  pass: Pass,
  line: Line,
  index: Operand,
  blockChannels: number,
): readonly Operand[] {
  const at: Operand[] = [];
  outer.forEach((axis, i) => {
    at[axis.axis] = line.outer[i];
  });
  if (blocks.axis >= 0) {
    const channel = typeof line.block === 'number' ? line.block * blockChannels : k.mul(line.block, blockChannels);
    at[blocks.axis] = typeof channel === 'number' ? channel + blocks.first : k.add(channel, blocks.first);
  }
  const place = (axis: PlaneAxis, i: Operand): void => {
    if (axis.result.axis < 0) return;
    const scaled = axis.result.step === 1 ? i : k.mul(i, axis.result.step);
    at[axis.result.axis] = axis.result.start === 0 ? scaled : k.add(scaled, axis.result.start);
  };
  place(rows, pass.along === 'rows' ? index : line.fixed);
  place(columns, pass.along === 'columns' ? index : line.fixed);
  return at;
}
