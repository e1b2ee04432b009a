/**
 * The space of a `row` node, and what its boxes are of the full shape.
 *
 * A row that ends in its only reduction is a sum with work before it: like those of a sum its axes may be cut, for parts to be combined
 * later. They are axes of the space then, after those of the result. So it is with several reductions of one kind whose results are
 * stacked along a first axis, which is never cut. The axes of any other row stay whole.
 */
import type { Box } from '../box.ts';
import type { Node } from '../graph.ts';
import type { Combine } from '../op/split.ts';
import type { View } from '../op/vertex.ts';
import type { TensorType } from '../types.ts';
import { rowAttributes } from './row-attributes.ts';

export interface RowSpace {
  readonly axes: readonly number[];
  /** The shape of the row before anything is reduced. */
  readonly full: readonly number[];
  /** The extents of the space: the result's axes, then those that are summed over. */
  readonly extents: readonly number[];
  /** How partial results are combined, for each axis of the space that follows the result's. */
  readonly combine: readonly Combine[];
  /** The axis of the result along each axis of the full shape; -1 where the result has dropped it. */
  readonly resultAxes: readonly number[];
}

/** `result` is what the row itself gives, before an epilogue. */
export function rowSpace(node: Pick<Node, 'attributes' | 'body'>, { shape }: TensorType): RowSpace {
  const { axes, shape: full, stack } = rowAttributes(node.attributes);
  const combine = rowCombine(node);
  const first = stack === undefined ? 0 : 1;
  const keeps = shape.length - first === full.length;
  let kept = first;
  const resultAxes = full.map((_, axis) => (keeps || !axes.includes(axis) ? kept++ : -1));
  if (combine === undefined) return { axes, full, extents: shape, combine: [], resultAxes };
  return {
    axes,
    full,
    extents: [...shape, ...axes.map(axis => full[axis])],
    combine: axes.map(() => combine),
    resultAxes,
  };
}

/** How the parts of rows are combined; undefined where a row must be whole. */
export function rowCombine({ attributes, body = [] }: Pick<Node, 'attributes' | 'body'>): Combine | undefined {
  const { stack = 1 } = rowAttributes(attributes);
  const reductions = body.flatMap(step => ('combine' in step ? [step] : []));
  const last = body.slice(-stack);
  const ends = reductions.length === stack && last.every((step, i) => step === reductions[i]);
  const [first] = reductions;
  return ends && reductions.every(({ combine }) => combine === first.combine) ? first.combine : undefined;
}

/** The places of the full shape that a box of the space takes. */
export function rowBox({ axes, full, extents, combine, resultAxes }: RowSpace, box: Box): Box {
  const rank = extents.length - combine.length;
  const along = (list: readonly number[], whole: readonly number[]): readonly number[] =>
    full.map((_, axis) => {
      const reduced = axes.indexOf(axis);
      if (reduced < 0) return list[resultAxes[axis]];
      return combine.length > 0 ? list[rank + reduced] : whole[axis];
    });
  const still = full.map(() => 0);
  const ones = full.map(() => 1);
  return { start: along(box.start, still), count: along(box.count, full), step: along(box.step, ones) };
}

/** A view of a value per row, with the axes that the result has dropped as axes of extent 1. */
export function perRowView(view: View, { full, extents, combine, resultAxes }: RowSpace): View {
  const missing = extents.length - combine.length - view.type.shape.length;
  const own = resultAxes.map(axis => (axis < 0 ? -1 : axis - missing));
  const take = (list: readonly number[], absent: number) => full.map((_, axis) => list[own[axis]] ?? absent);
  const { start, count, step } = view.region;
  return {
    ...view,
    type: { element: view.type.element, shape: take(view.type.shape, 1) },
    region: { start: take(start, 0), count: take(count, 1), step: take(step, 1) },
    strides: take(view.strides, 0),
  };
}
