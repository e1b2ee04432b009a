/**
 * Physical layouts: how the box of a tensor that one tile holds lies in its memory.
 *
 * The box's axes are stored outermost first in `order`; with `block`, that axis is cut into blocks of `size` elements which lie
 * innermost, and its extent is rounded up to whole blocks (the padding elements are zero in variables, undefined elsewhere).
 * `{ order: [0, 2, 3, 1] }` is channels-last for `[N, C, H, W]`;
 * `{ order: [0, 2, 3, 1], block: { axis: 0, size: 8 } }` is `[O/8][kh][kw][I][8]` for a weight `[O, I, kh, kw]`.
 */
export interface Layout {
  readonly order: readonly number[];
  readonly block?: { readonly axis: number; readonly size: number };
}

/** The layout in which the last axis varies fastest, without blocks. */
export function rowMajor(rank: number): Layout {
  return { order: Array.from({ length: rank }, (_, axis) => axis) };
}

/** Whether two layouts say the same, word for word. Axes of extent 1 count too, although they make no difference in memory. */
export function sameLayout(a: Layout, b: Layout): boolean {
  return (
    a.order.length === b.order.length &&
    a.order.every((axis, i) => axis === b.order[i]) &&
    a.block?.axis === b.block?.axis &&
    a.block?.size === b.block?.size
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
  let step = layout.block?.size ?? 1;
  for (let i = layout.order.length - 1; i >= 0; i--) {
    const axis = layout.order[i];
    axes[axis] = step;
    step *= axis === layout.block?.axis ? Math.ceil(count[axis] / layout.block.size) : count[axis];
  }
  return { axes, elements: step };
}

/** The layout order an operand of rank `rank` takes beside a result in `order`: the same order, axes aligned at the last. */
export function alignedOrder(order: readonly number[], resultRank: number, rank: number): readonly number[] {
  if (rank > resultRank) return rowMajor(rank).order;
  const shift = resultRank - rank;
  return order.filter(axis => axis >= shift).map(axis => axis - shift);
}
