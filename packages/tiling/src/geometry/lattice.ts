/**
 * Gathers from many tiles as few copies.
 *
 * The cells of a home that hold parts of a region are a box of cells. Inside of it most cells are alike: as large, met by the region in
 * the same places, on tiles that follow each other evenly. Such cells are a *lattice*: one nest of loops carries the parts of all of
 * them, where its loops over cells walk from tile to tile on the source's side. Example: a row of a tensor that lies on tiles 8 to 13, one
 * column of 16 elements each, is one copy `6 × (tile + 1, 64 bytes further)` of 16 elements, not six.
 *
 * 1. Along each axis, cells at even distances that the region meets alike are one piece: every cell inside of it, or, where it takes every
 *    other element of cells of seven, every other cell.
 * 2. Each combination of pieces is a lattice if its tiles are in arithmetic progression along every axis; else it is cut in two where
 *    the progression breaks.
 */
import { type Box, blockAlong } from '@tessera-dnn/graph';
import { type Grid, partOf } from './grid.ts';
import type { CellView, Home } from './home.ts';

/** A loop over cells: how many, the way to the next one's tile, and elements to its part's place in the target. */
export interface CellLoop {
  readonly count: number;
  readonly tiles: number;
  readonly to: number;
}

/** The first cell and the loops, outermost first; no loops: this cell alone. */
export interface Lattice {
  readonly cell: number;
  readonly loops: readonly CellLoop[];
}

/** Cells along one axis that the region meets alike. */
interface Piece {
  /** The first one's share of the cell's number, and the step to the next one's. */
  readonly cell: number;
  readonly step: number;
  readonly count: number;
  /** Elements of the target from one to the next. */
  readonly to: number;
}

/** All cells of `home` that hold elements of `region`, each in one lattice; target positions count region elements. */
export function lattices(region: Box, home: Home, target: CellView): Lattice[] {
  let partial: readonly (readonly Piece[])[] = [[]];
  let step = home.grid.tileOf.length;
  for (let axis = 0; axis < region.start.length; axis++) {
    step /= home.grid.cuts[axis].length - 1;
    const pieces = piecesAlong(axis, step, region, home, target);
    partial =
      pieces.length === 1 && partial.length === 1
        ? [[...partial[0], pieces[0]]]
        : partial.flatMap(before => pieces.map(piece => [...before, piece]));
  }
  return partial.flatMap(pieces => {
    const cell = pieces.reduce((sum, piece) => sum + piece.cell, 0);
    return progressions(
      cell,
      pieces.filter(({ count }) => count > 1),
      home.grid,
    );
  });
}

/** How many lattices `region` takes of tensors that are cut as `grid` and lie on tiles that follow one another. */
export function latticeCount(region: Box, { cuts }: Grid): number {
  return region.start.reduce((count, _, axis) => count * runCount(axis, region, cuts[axis]), 1);
}

function runCount(axis: number, region: Box, cuts: readonly number[]): number {
  return cuts.length === 2 ? 1 : runsAlong(axis, region, cuts, 1).length;
}

interface Meeting {
  readonly part: number;
  /** Elements of the cell along the axis, those that the region takes, the first of them in the cell and in the region. */
  readonly extent: number;
  readonly count: number;
  readonly inCell: number;
  readonly first: number;
}

function piecesAlong(axis: number, step: number, region: Box, home: Home, target: CellView): Piece[] {
  const toBlock = blockAlong(target.block, axis)?.size ?? 1;
  return runsAlong(axis, region, home.grid.cuts[axis], toBlock).map(({ first, second, count }) => {
    const to = second ? ((second.first - first.first) / toBlock) * target.strides[axis] : 0;
    const parts = second ? second.part - first.part : 1;
    return { cell: first.part * step, step: parts * step, count, to };
  });
}

/** Meetings at even distances in which as much is met in the same places. */
interface Run {
  readonly first: Meeting;
  /** Absent where there is one alone. */
  second?: Meeting;
  last: Meeting;
  count: number;
}

/** By the cuts of an axis: an operand is asked for in hundreds of ways, which along one axis are few. */
const knownRuns = new WeakMap<readonly number[], Map<string, readonly Run[]>>();

function runsAlong(axis: number, region: Box, cuts: readonly number[], toBlock: number): readonly Run[] {
  let known = knownRuns.get(cuts);
  if (!known) knownRuns.set(cuts, (known = new Map()));
  const key = `${region.start[axis]} ${region.count[axis]} ${region.step[axis]} ${toBlock}`;
  let runs = known.get(key);
  if (!runs) known.set(key, (runs = findRuns(meetings(axis, region, cuts), toBlock)));
  return runs;
}

function findRuns(found: readonly Meeting[], toBlock: number): readonly Run[] {
  const runs: Run[] = [];
  for (const meeting of found) {
    const run = runs.find(known => continues(known, meeting, toBlock));
    if (!run) runs.push({ first: meeting, last: meeting, count: 1 });
    else {
      run.second ??= meeting;
      run.last = meeting;
      run.count++;
    }
  }
  return runs;
}

function continues({ first, second, last }: Run, next: Meeting, toBlock: number): boolean {
  const advance = next.first - last.first;
  const even =
    !second || (advance === second.first - first.first && next.part - last.part === second.part - first.part);
  const alike = next.extent === last.extent && next.count === last.count && next.inCell === last.inCell;
  return alike && even && advance % toBlock === 0;
}

function meetings(axis: number, region: Box, cuts: readonly number[]): Meeting[] {
  const [start, count, step] = [region.start[axis], region.count[axis], region.step[axis]];
  const last = partOf(cuts, start + (count - 1) * step);
  const found: Meeting[] = [];
  for (let part = partOf(cuts, start); part <= last; part++) {
    const first = Math.max(0, Math.ceil((cuts[part] - start) / step));
    const end = Math.min(count, Math.floor((cuts[part + 1] - 1 - start) / step) + 1);
    if (end <= first) continue;
    const inCell = start + first * step - cuts[part];
    found.push({ part, extent: cuts[part + 1] - cuts[part], count: end - first, inCell, first });
  }
  return found;
}

/** The cells `cell + Σ i·step`, cut where their tiles are not in arithmetic progression. */
function progressions(cell: number, pieces: readonly Piece[], grid: Grid): Lattice[] {
  const { tileOf } = grid;
  const tiles = pieces.map(({ step }) => tileOf[cell + step] - tileOf[cell]);
  const broken = isEven(grid) ? undefined : firstBreak(cell, pieces, tiles, tileOf);
  if (!broken) return [{ cell, loops: pieces.map(({ count, to }, i) => ({ count, to, tiles: tiles[i] })) }];
  const axis = broken.findIndex(turn => turn > 0);
  const { count, step } = pieces[axis];
  const turns = broken[axis];
  const part = (first: number, length: number) => {
    const cut = pieces.map((piece, i) => (i === axis ? { ...piece, count: length } : piece));
    return progressions(
      cell + first * step,
      cut.filter(piece => piece.count > 1),
      grid,
    );
  };
  return [...part(0, turns), ...part(turns, count - turns)];
}

/** The turns of the loops at which the tile first is not where the progression says. */
function firstBreak(
  cell: number,
  pieces: readonly Piece[],
  tiles: readonly number[],
  tileOf: Int32Array,
): number[] | undefined {
  const turns = pieces.map(() => 0);
  const first = tileOf[cell];
  for (;;) {
    let at = cell;
    let tile = first;
    for (let i = 0; i < turns.length; i++) {
      at += turns[i] * pieces[i].step;
      tile += turns[i] * tiles[i];
    }
    if (tileOf[at] !== tile) return turns;
    let axis = turns.length - 1;
    while (axis >= 0 && ++turns[axis] === pieces[axis].count) turns[axis--] = 0;
    if (axis < 0) return undefined;
  }
}

const even = new WeakMap<Int32Array, boolean>();

/** Whether cells lie on tiles that follow one another, as most do: then all their progressions are unbroken. */
function isEven({ tileOf }: Grid): boolean {
  let known = even.get(tileOf);
  if (known === undefined) {
    known = tileOf.every((tile, cell) => tile === tileOf[0] + cell);
    even.set(tileOf, known);
  }
  return known;
}
