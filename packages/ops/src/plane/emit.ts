/**
 * The kernel of a plane: register tiles over everything.
 *
 * 1. Columns whose windows lie inside the input, in tiles along the row, row by row; the taps of a row are clipped at the upper and
 *    the lower edge, which costs one test per row.
 * 2. The columns left over at both edges, in tiles along the column, where the rows allow it; their column taps are clipped.
 * 3. The corners, pixel by pixel, clipped both ways.
 * Narrow tiles take several blocks of channels at once, so that enough sums are under way to hide the latency of an addition.
 */
import type { KernelBuilder, Operand, Sink } from '@tessera/graph';
import type { BlockGroups, Pass } from './line.ts';
import { emitTile, linePlace } from './line.ts';
import type { Plane, PlaneAxis, TileRun } from './plane.ts';
import { enoughUnits, shareUnits } from './units.ts';

export function emitPlane(k: KernelBuilder, sink: Sink, plane: Plane): void {
  const { rows, columns } = plane;
  const whole = (i: Operand): Operand => i;
  const all = { count: rows.count, lines: rows.lines, at: whole };
  emitPass(k, sink, plane, { along: 'columns', fixed: all, runs: columns.interior, at: whole, edges: false });
  if (columns.border === undefined) return;
  const edges = { count: columns.border.count, lines: 2, at: borderIndex(k, columns) };
  emitPass(k, sink, plane, { along: 'rows', fixed: edges, runs: rows.interior, at: whole, edges: false });
  if (rows.border === undefined) return;
  const corners: TileRun = { first: 0, tiles: rows.border.count, width: 1, group: plane.blocks.pixelGroup };
  const at = borderIndex(k, rows);
  emitPass(k, sink, plane, { along: 'rows', fixed: edges, runs: [corners], at, edges: true });
}

/** Turns the number of a border index into the index. */
function borderIndex(k: KernelBuilder, { border }: PlaneAxis): (i: Operand) => Operand {
  if (border === undefined || border.skip === 0) return i => i;
  const { low, skip } = border;
  return i => k.add(i, k.select(k.lt(i, low), k.i32(0), skip));
}

/** Runs with the same group of blocks share their loops; blocks left over by a group are a group of their own. */
function emitPass(k: KernelBuilder, sink: Sink, plane: Plane, pass: Pass): void {
  for (const group of new Set(pass.runs.map(run => run.group))) {
    const runs = pass.runs.filter(run => run.group === group);
    const whole = Math.floor(plane.blocks.count / group);
    if (whole > 0) emitGroups(k, sink, plane, { ...pass, runs }, { first: 0, group, count: whole });
    const rest = plane.blocks.count % group;
    if (rest > 0) emitGroups(k, sink, plane, { ...pass, runs }, { first: whole * group, group: rest, count: 1 });
  }
}

/** The workers share lines of tiles; where there are few lines, single tiles. */
function emitGroups(k: KernelBuilder, sink: Sink, plane: Plane, pass: Pass, groups: BlockGroups): void {
  const { outer, blocksFirst } = plane;
  const blockCount = groups.count === 1 ? 1 : k.field(groups.count);
  const counts = [
    ...outer.map(axis => axis.count),
    ...(blocksFirst ? [blockCount, pass.fixed.count] : [pass.fixed.count, blockCount]),
  ];
  const linesOf = (indices: readonly Operand[]) => {
    const [a, b] = indices.slice(outer.length);
    const [group, fixed] = blocksFirst ? [a, b] : [b, a];
    const block = groups.count === 1 ? groups.first : k.add(k.mul(group, groups.group), groups.first);
    return linePlace(k, plane, pass, groups, { outer: indices.slice(0, outer.length), fixed, block });
  };
  const lines = outer.reduce((product, axis) => product * axis.lines, pass.fixed.lines * groups.count);
  if (lines >= enoughUnits) {
    shareUnits(k, counts, indices => {
      const line = linesOf(indices);
      for (const run of pass.runs) k.loop(0, run.tiles, tile => emitTile(k, sink, plane, pass, line, run, tile));
    });
    return;
  }
  for (const run of pass.runs) {
    shareUnits(k, [...counts, run.tiles], indices => {
      emitTile(k, sink, plane, pass, linesOf(indices), run, indices[counts.length]);
    });
  }
}
