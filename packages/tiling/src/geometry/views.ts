/**
 * Movement without moving: where strides can express it, the result of a movement op is a view of its operand's home.
 *
 * The conditions: one move covers the result; every result axis is walked evenly in the operand's memory (several loops on one axis must
 * merge); and every operand axis that is cut into cells is followed, step by step and whole, by exactly one result axis, which then
 * inherits its cuts. Other axes may be merged into that one after the cut axis: of `[h, 2]` with `h` cut at 3, `[2h]` is cut at 6.
 */
import { elementBytes, type TensorType } from '@tessera-dnn/graph';
import type { Move, MoveLoop } from '@tessera-dnn/graph/op';
import { cellBox, cellCount, cellIndex, cellPosition, gridOver } from './grid.ts';
import { type CellView, type Home, tileToCell } from './home.ts';

/** `home`'s tensor seen through `moves`, or undefined if that takes a copy. */
export function viewThrough(home: Home, moves: readonly Move[], result: TensorType): Home | undefined {
  const move = moves.length === 1 ? moves[0] : undefined;
  if (!move || !('operand' in move.source) || home.layout?.block || home.where === 'everywhere') return undefined;
  if (elementBytes[result.element] !== elementBytes[home.type.element]) return undefined;
  const axes = loopsByAxis(move, result.shape.length);
  const followed = followedAxes(home, axes, move.source.start);
  if (!followed) return undefined;
  const source = { home, followed, axes, start: move.source.start };
  const cuts = result.shape.map((extent, axis) => {
    const source = followed.get(axis);
    return source === undefined ? [0, extent] : home.grid.cuts[source.from].map(cut => cut * source.elements);
  });
  const cells: CellView[] = [];
  const tileOf = new Int32Array(cellCount(cuts));
  for (let cell = 0; cell < tileOf.length; cell++) {
    const from = sourceCell(source, cuts, cell);
    const view = cellThrough(source, from, cellBox(cuts, cell));
    if (!view) return undefined;
    cells.push(view);
    tileOf[cell] = home.grid.tileOf[from];
  }
  const grid = gridOver(result.shape, cuts, tileOf);
  const cellOf = home.where === 'host' ? home.cellOf : tileToCell(grid, home.cellOf.length);
  return {
    type: result,
    grid,
    buffer: home.buffer,
    layout: undefined,
    dense: false,
    where: home.where,
    cellOf,
    cell: i => cells[i],
  };
}

interface Source {
  readonly home: Home;
  readonly followed: ReadonlyMap<number, Followed>;
  readonly axes: readonly (readonly MoveLoop[])[];
  readonly start: readonly number[];
}

/** By result axis: the cut operand axis it follows, and how many elements of the result's axis each step of that one spans. */
interface Followed {
  readonly from: number;
  readonly elements: number;
}

/** The loops of each result axis, longest step first. */
function loopsByAxis(move: Move, rank: number): MoveLoop[][] {
  const axes: MoveLoop[][] = Array.from({ length: rank }, () => []);
  for (const loop of move.loops) if (loop.count > 1) axes[loop.to.axis].push(loop);
  for (const loops of axes) loops.sort((a, b) => b.to.step - a.to.step);
  return axes;
}

function followedAxes(
  home: Home,
  axes: readonly (readonly MoveLoop[])[],
  start: readonly number[],
): ReadonlyMap<number, Followed> | undefined {
  const followed = new Map<number, Followed>();
  for (let from = 0; from < home.type.shape.length; from++) {
    if (home.grid.cuts[from].length === 2) continue;
    const followers = axes.flatMap((loops, axis) =>
      loops.filter(l => l.from?.axis === from).map(loop => ({ loop, axis })),
    );
    const [first] = followers;
    if (followers.length !== 1 || first.loop.from?.step !== 1) return undefined;
    const [outermost, ...inner] = axes[first.axis];
    const elements = inner.reduce((product, { count }) => product * count, 1);
    const whole = first.loop === outermost && outermost.to.step === elements && start[from] === 0;
    if (!whole || outermost.count !== home.type.shape[from]) return undefined;
    followed.set(first.axis, { from, elements });
  }
  return followed;
}

function sourceCell(source: Source, cuts: readonly (readonly number[])[], cell: number): number {
  const position = cellPosition(cuts, cell);
  const from = new Array<number>(source.home.type.shape.length).fill(0);
  for (const [axis, followed] of source.followed) from[followed.from] = position[axis];
  return cellIndex(source.home.grid.cuts, from);
}

function cellThrough(source: Source, cell: number, box: CellView['box']): CellView | undefined {
  const base = source.home.cell(cell);
  const strides: number[] = [];
  for (let axis = 0; axis < box.start.length; axis++) {
    const stride = evenStride(source.axes[axis], base.strides);
    if (stride === undefined) return undefined;
    strides.push(stride);
  }
  const cutAxes = new Set([...source.followed.values()].map(({ from }) => from));
  const offset = source.start.reduce(
    (sum, s, axis) => (cutAxes.has(axis) ? sum : sum + s * base.strides[axis]),
    base.offset,
  );
  return { box, strides, offset };
}

/** The stride of an axis walked by `loops` (longest first), if they walk evenly. */
function evenStride(loops: readonly MoveLoop[], strides: readonly number[]): number | undefined {
  const strideOf = (loop: MoveLoop) => (loop.from ? loop.from.step * strides[loop.from.axis] : 0);
  for (let i = 0; i + 1 < loops.length; i++) {
    if (strideOf(loops[i]) !== loops[i + 1].count * strideOf(loops[i + 1])) return undefined;
  }
  const innermost = loops.at(-1);
  return innermost ? strideOf(innermost) : 0;
}
