/**
 * Homes: where a value lives once it has been computed.
 *
 * A home cuts the tensor into cells, one on a tile; each cell has strides inside the value's buffer. A view (a transpose, a slice, a
 * reshape that strides can express) is a home over the buffer of another value and takes no memory.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  type Block,
  type Box,
  blockAlong,
  blockElements,
  elementBytes,
  type Layout,
  layoutStrides,
  rowMajor,
  sameBlock,
  sameLayout,
  type TensorType,
} from '@tessera-dnn/graph';
import type { BufferId } from '../program.ts';
import { tileStage } from '../stages.ts';
import { assertOver, cellBox, type Grid, gridOver, sameGrid } from './grid.ts';

/** One cell's place in its buffer; strides and offset count elements. */
export interface CellView {
  readonly box: Box;
  /** Per axis, from one element to the next; along a blocked axis from one block to the next. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly block?: Block;
}

export interface Home {
  readonly type: TensorType;
  readonly grid: Grid;
  readonly buffer: BufferId;
  /** The dense layout of every cell; undefined if this is a strided view. */
  readonly layout: Layout | undefined;
  /** True where the cells fill the buffer alone (no view of something larger). */
  readonly dense: boolean;
  /** `everywhere`: one element on every tile stands for all (a splat constant, strides 0). `host`: in the host window. */
  readonly where: 'tiles' | 'host' | 'everywhere';
  readonly cell: (index: number) => CellView;
  /** The cell on each tile, -1 where there is none. */
  readonly cellOf: Int32Array;
}

/** A dense home: every cell packed in `layout` at the start of its buffer. */
export function denseHome(type: TensorType, grid: Grid, layout: Layout, buffer: BufferId, tiles: number): Home {
  assertOver(grid, type.shape, `buffer ${buffer}`);
  const views = new Array<CellView | undefined>(grid.tileOf.length);
  return {
    type,
    grid,
    buffer,
    layout,
    dense: true,
    where: 'tiles',
    cellOf: tileToCell(grid, tiles),
    cell: index => (views[index] ??= denseCell(cellBox(grid.cuts, index), layout)),
  };
}

/** A cell packed in `layout` at the start of its buffer. */
export function denseCell(box: Box, layout: Layout): CellView {
  return { box, strides: layoutStrides(layout, box.count).axes, offset: 0, block: layout.block };
}

/** The cell of the grid on each of `tiles` tiles, -1 where there is none. Two cells on one tile are an InternalError. */
export function tileToCell(grid: Grid, tiles: number): Int32Array {
  const cellOf = new Int32Array(tiles).fill(-1);
  for (let cell = 0; cell < grid.tileOf.length; cell++) {
    const tile = grid.tileOf[cell];
    if (tile < 0) continue;
    // They would lie over each other.
    if (cellOf[tile] >= 0) throw new InternalError(tileStage.name, 'two cells of a tensor on one tile', `tile ${tile}`);
    cellOf[tile] = cell;
  }
  return cellOf;
}

/** Bytes per tile of a dense buffer with the given grid and layout. */
export function denseBytes(type: TensorType, grid: Grid, layout: Layout, tiles: number): Float64Array {
  const bytes = new Float64Array(tiles);
  for (let cell = 0; cell < grid.tileOf.length; cell++) {
    bytes[grid.tileOf[cell]] =
      layoutStrides(layout, cellBox(grid.cuts, cell).count).elements * elementBytes[type.element];
  }
  return bytes;
}

/** The whole tensor on one tile (or in the host window: tile 0 stands for it). */
export function wholeGrid(shape: readonly number[], tile = 0): Grid {
  const cuts = shape.map(extent => [0, extent]);
  return gridOver(shape, cuts, Int32Array.of(tile));
}

/** A host buffer's home: row-major, whole. */
export function hostHome(type: TensorType, buffer: BufferId): Home {
  const grid = wholeGrid(type.shape);
  const view = denseCell(cellBox(grid.cuts, 0), rowMajor(type.shape.length));
  return {
    type,
    grid,
    buffer,
    layout: rowMajor(type.shape.length),
    dense: true,
    where: 'host',
    cellOf: Int32Array.of(-1),
    cell: () => view,
  };
}

/** One element that stands for a whole tensor, on every tile. */
export function splatHome(type: TensorType, buffer: BufferId, tiles: number): Home {
  const grid = wholeGrid(type.shape);
  const view: CellView = { box: cellBox(grid.cuts, 0), strides: type.shape.map(() => 0), offset: 0 };
  const cellOf = new Int32Array(tiles);
  return { type, grid, buffer, layout: undefined, dense: false, where: 'everywhere', cellOf, cell: () => view };
}

/** A home of its own whose cells have the strides that `cell` gives, with room between elements where those leave some. */
export function spacedHome(type: TensorType, grid: Grid, cell: Home['cell'], buffer: BufferId, tiles: number): Home {
  const atStart = (index: number): CellView => ({ ...cell(index), offset: 0 });
  const cellOf = tileToCell(grid, tiles);
  return { type, grid, buffer, layout: undefined, dense: false, where: 'tiles', cellOf, cell: atStart };
}

/** Bytes per tile of such a home. */
export function spacedBytes(type: TensorType, grid: Grid, cell: Home['cell'], tiles: number): Float64Array {
  const bytes = new Float64Array(tiles);
  for (let index = 0; index < grid.tileOf.length; index++) {
    const { box, strides, block } = cell(index);
    const last = strides.reduce((sum, stride, axis) => {
      const turns = Math.ceil(box.count[axis] / (blockAlong(block, axis)?.size ?? 1));
      return sum + (turns - 1) * stride;
    }, 0);
    bytes[grid.tileOf[index]] = (last + blockElements(block)) * elementBytes[type.element];
  }
  return bytes;
}

/** Whether a kernel finds the elements of both alike: on the same tiles, with the same strides. */
export function liesLike(a: Home, b: Home): boolean {
  if (a === b) return true;
  if (a.where !== b.where || !sameGrid(a.grid, b.grid) || a.dense !== b.dense) return false;
  if (a.layout && b.layout) return sameLayout(a.layout, b.layout);
  if (a.layout || b.layout) return false;
  return a.grid.tileOf.every((_, index) => {
    const [one, other] = [a.cell(index), b.cell(index)];
    return sameBlock(one.block, other.block) && one.strides.every((stride, axis) => stride === other.strides[axis]);
  });
}
