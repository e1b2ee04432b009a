/**
 * Physical layouts: how the box of a tensor that one tile holds lies in its memory.
 *
 * The box's axes are stored outermost first in `order`; with `block`, that axis is cut into blocks of `size` elements which lie
 * innermost, and its extent is rounded up to whole blocks (the padding elements are zero in variables, undefined elsewhere).
 * `{ order: [0, 2, 3, 1] }` is channels-last for `[N, C, H, W]`;
 * `{ order: [0, 2, 3, 1], block: { axis: 0, size: 8 } }` is `[O/8][kh][kw][I][8]` for a weight `[O, I, kh, kw]`; with
 * `lanes: { axis: 1, size: 4 }` in the block it is `[O/8][kh][kw][I/4][8][4]`.
 */
export interface Layout {
  readonly order: readonly number[];
  readonly block?: Block;
}

/** Neighbours along an axis that lie innermost. */
export interface Block {
  readonly axis: number;
  readonly size: number;
  /** Neighbours along another axis that lie inside of the block, at each of its places. */
  readonly lanes?: { readonly axis: number; readonly size: number };
}

/** How an axis lies within a block: `size` neighbours, each so many elements from the one before. `undefined` if it is not blocked. */
export function blockAlong(
  block: Block | undefined,
  axis: number,
): { readonly size: number; readonly step: number } | undefined {
  if (block?.axis === axis) return { size: block.size, step: block.lanes?.size ?? 1 };
  return block?.lanes?.axis === axis ? { size: block.lanes.size, step: 1 } : undefined;
}

/** Elements of one block; 1 without blocks. */
export function blockElements(block: Block | undefined): number {
  return block === undefined ? 1 : block.size * (block.lanes?.size ?? 1);
}

/** Whether two layouts have the same blocks, or none. */
export function sameBlock(a: Block | undefined, b: Block | undefined): boolean {
  return (
    a?.axis === b?.axis && a?.size === b?.size && a?.lanes?.axis === b?.lanes?.axis && a?.lanes?.size === b?.lanes?.size
  );
}

/** The layout in which the last axis varies fastest, without blocks. */
export function rowMajor(rank: number): Layout {
  return { order: Array.from({ length: rank }, (_, axis) => axis) };
}

/** Whether two layouts say the same, word for word. Axes of extent 1 count too, although they make no difference in memory. */
export function sameLayout(a: Layout, b: Layout): boolean {
  return (
    a.order.length === b.order.length && a.order.every((axis, i) => axis === b.order[i]) && sameBlock(a.block, b.block)
  );
}

/** Where the elements of a box lie, relative to the box's first element. All strides count elements. */
export interface Strides {
  /** Distance of neighbours along each axis; along a blocked axis, the distance of neighbouring *blocks*. */
  readonly axes: readonly number[];
  /** Elements the box takes, padding included. */
  readonly elements: number;
}

/** The strides of a dense box with `count` elements per axis in `layout`. */
export function layoutStrides(layout: Layout, count: readonly number[]): Strides {
  const axes = new Array<number>(count.length).fill(0);
  let step = blockElements(layout.block);
  for (let i = layout.order.length - 1; i >= 0; i--) {
    const axis = layout.order[i];
    axes[axis] = step;
    step *= Math.ceil(count[axis] / (blockAlong(layout.block, axis)?.size ?? 1));
  }
  return { axes, elements: step };
}

/** The layout order an operand of rank `rank` takes beside a result in `order`: the same order, axes aligned at the last. */
export function alignedOrder(order: readonly number[], resultRank: number, rank: number): readonly number[] {
  if (rank > resultRank) return rowMajor(rank).order;
  const shift = resultRank - rank;
  return order.filter(axis => axis >= shift).map(axis => axis - shift);
}
