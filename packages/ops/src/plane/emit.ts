/**
 * The kernel of a plane, which it covers with register tiles.
 *
 * 1. The columns whose windows lie inside the input are computed in tiles along the rows, row by row. At the upper and lower edge the taps
 *    are clipped, which is decided once for a row.
 * 2. The other columns, at the left and right edge, are computed in tiles along the column for those rows whose windows lie inside the
 *    input. The taps along the row are clipped.
 * 3. The corners are computed pixel by pixel, with both clipped.
 * Where the order is demanded (for results that are written over the input, behind the reads), each row is finished, with its edges pixel
 * by pixel, before the next begins. Narrow tiles take several blocks of channels at once, so that enough sums are being added to hide the
 * latency of an addition.
 */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import type { BlockGroups, Pass } from './line.ts';
import { linePlace } from './line.ts';
import type { Plane, PlaneAxis, TileRun } from './plane.ts';
import { numberOf } from './plane.ts';
import { emitTile } from './tile.ts';
import { enoughUnits, shareUnits } from './units.ts';

/** Writes the whole kernel of `plane`. */
export function emitPlane(k: KernelBuilder, sink: Sink, plane: Plane): void {
  if (plane.ordered) {
    emitOrdered(k, sink, plane);
    return;
  }
  const { rows, columns } = plane;
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

const whole = (i: Operand): Operand => i;

function emitOrdered(k: KernelBuilder, sink: Sink, plane: Plane): void {
  const { outer, rows, columns, blocks } = plane;
  const fixed = { count: rows.count, lines: rows.lines, at: whole };
  const inside: Pass = { along: 'columns', fixed, runs: columns.interior, at: whole, edges: false };
  const passes = [inside];
  if (columns.border) {
    const pixels: TileRun = { first: 0, tiles: columns.border.count, width: 1, group: blocks.pixelGroup };
    passes.push({ along: 'columns', fixed, runs: [pixels], at: borderIndex(k, columns), edges: true });
  }
  shareUnits(k, [...outer.map(axis => axis.count), rows.count], indices => {
    for (const pass of passes) {
      for (const { groups, runs } of groupedRuns(plane, pass)) {
        k.loop(0, groups.count, group => {
          const block = k.add(k.mul(group, groups.group), groups.first);
          const at = { outer: indices.slice(0, outer.length), fixed: indices[outer.length], block };
          const line = linePlace(k, plane, pass, groups, at);
          for (const run of runs) k.loop(0, run.tiles, tile => emitTile(k, sink, { plane, pass, line }, run, tile));
        });
      }
    }
  });
}

/** Gives the i-th index that is outside the interior of an axis. */
function borderIndex(k: KernelBuilder, { border }: PlaneAxis): (i: Operand) => Operand {
  if (border === undefined || border.skip === 0) return i => i;
  const { low, skip } = border;
  return i => k.add(i, k.select(k.lt(i, low), k.i32(0), skip));
}

function emitPass(k: KernelBuilder, sink: Sink, plane: Plane, pass: Pass): void {
  for (const { groups, runs } of groupedRuns(plane, pass)) {
    const { panel } = plane;
    if (panel === undefined) emitGroups(k, sink, plane, { ...pass, runs }, groups);
    else emitPanels(k, sink, { ...plane, panel }, { ...pass, runs }, groups);
  }
}

/**
 * Goes from panel to panel of blocks, in a panel from tile to tile, and for each tile through all groups of blocks. The workers divide the
 * last.
 */
function emitPanels(
  k: KernelBuilder,
  sink: Sink,
  plane: Plane & { readonly panel: number },
  pass: Pass,
  { first, group, count }: BlockGroups,
): void {
  const inPanel = largestDivisor(count, plane.panel / group);
  const outerCounts = plane.outer.map(axis => axis.count);
  for (const run of pass.runs) {
    const counts = [...outerCounts, numberOf(k, count / inPanel), run.tiles, numberOf(k, inPanel)];
    shareUnits(k, counts, indices => {
      const outer = indices.slice(0, outerCounts.length);
      const [panelIndex, tile, inside] = indices.slice(outerCounts.length);
      const number = k.add(k.mul(panelIndex, numberOf(k, inPanel)), inside);
      const block = count === 1 ? first : k.add(k.mul(number, group), first);
      const line = linePlace(k, plane, pass, { first, group, count }, { outer, fixed: 0, block });
      emitTile(k, sink, { plane, pass, line }, run, tile);
    });
  }
}

/** The largest divisor of `count` that is at most `most`; at least 1. */
function largestDivisor(count: number, most: number): number {
  let divisor = Math.max(1, Math.min(count, Math.floor(most)));
  while (count % divisor !== 0) divisor--;
  return divisor;
}

interface GroupedRuns {
  readonly groups: BlockGroups;
  readonly runs: readonly TileRun[];
}

/** Runs with equally large groups of blocks share their loops. If the number of blocks is no multiple of the group, the rest is a smaller group. */
function groupedRuns({ blocks }: Plane, { runs }: Pass): readonly GroupedRuns[] {
  return [...new Set(runs.map(run => run.group))].flatMap(group => {
    const same = runs.filter(run => run.group === group);
    const count = Math.floor(blocks.count / group);
    const rest = blocks.count % group;
    const full = { groups: { first: 0, group, count }, runs: same };
    const left = { groups: { first: count * group, group: rest, count: 1 }, runs: same };
    return [...(count > 0 ? [full] : []), ...(rest > 0 ? [left] : [])];
  });
}

/** The workers divide the lines of tiles, or, if there are few, the tiles. */
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
      for (const run of pass.runs) k.loop(0, run.tiles, tile => emitTile(k, sink, { plane, pass, line }, run, tile));
    });
    return;
  }
  for (const run of pass.runs) {
    shareUnits(k, [...counts, run.tiles], indices => {
      emitTile(k, sink, { plane, pass, line: linesOf(indices) }, run, indices[counts.length]);
    });
  }
}
