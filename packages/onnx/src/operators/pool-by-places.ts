/**
 * Pools that the language has no operation for: over three axes, with dilated windows, or with much padding. For each place of the window the elements that
 * all windows have there are one slice; the slices are compared or added up.
 */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Window } from '../lower/window.ts';
import { taken } from './slice.ts';

/** Larger windows would make a program that nobody can read. */
const mostPlaces = 512;

export interface Pool {
  readonly kind: 'max' | 'mean';
  /** Whether windows count that end outside of the padding. */
  readonly ceil: boolean;
  /** Whether padding does not count in means. */
  readonly onlyInside: boolean;
}

/** The pool of x [n, c, …]. */
export function poolByPlaces(node: Node, x: Value, window: Window, pool: Pool): Value {
  const { kernel, stride, dilation, padding } = window;
  const places = product(kernel);
  if (places > mostPlaces) refuse(`its windows have ${places} places`);
  const extents = x.type.shape.slice(2);
  const counts = extents.map((extent, axis) => countOf(extent, axis, window, pool.ceil));
  const more = extents.map((extent, axis) => {
    const end = (counts[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
    return Math.max(0, end - extent - padding[axis][0]);
  });
  const border = padding.map(([low], axis): readonly [number, number] => [low, more[axis]]);
  const value =
    pool.kind === 'max'
      ? x.type.element === 'f32'
        ? Number.NEGATIVE_INFINITY
        : x.type.element === 'u8'
          ? 0
          : -128
      : 0;
  const isPadded = border.some(([low, high]) => low + high > 0);
  const whole = isPadded
    ? node.call('pad', [x], { padding: [[0, 0], [0, 0], ...border], ...(value !== 0 && { value }) })
    : x;
  const slices = upTo(places).map(place => {
    const at = kernel.map((_, axis) => Math.floor(place / product(kernel.slice(axis + 1))) % kernel[axis]);
    const ranges = [
      ...x.type.shape.slice(0, 2).map(count => ({ start: 0, count, step: 1 })),
      ...kernel.map((_, axis) => ({ start: at[axis] * dilation[axis], count: counts[axis], step: stride[axis] })),
    ];
    return taken(node, whole, ranges);
  });
  const result = slices.reduce((sum, one) => node.call(pool.kind === 'max' ? 'maximum' : 'add', [sum, one]));
  return pool.kind === 'max'
    ? result
    : node.call('div', [result, sizes(node, extents, counts, window, pool.onlyInside)]);
}

/** How many windows there are along an axis. The last one must begin inside the input or the padding before it. */
function countOf(extent: number, axis: number, { kernel, stride, dilation, padding }: Window, ceil: boolean): number {
  const [low, high] = padding[axis];
  const room = (extent + low + high - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis];
  const count = (ceil ? Math.ceil(room) : Math.floor(room)) + 1;
  if (count < 1) refuse('its windows are larger than what they lie in');
  return ceil && (count - 1) * stride[axis] >= extent + low ? count - 1 : count;
}

/** How many elements each window has: those of the input, or those of the padding too. */
function sizes(
  node: Node,
  extents: readonly number[],
  counts: readonly number[],
  window: Window,
  onlyInside: boolean,
): Value {
  const along = counts.map((count, axis) =>
    upTo(count).map(place => sizeAt(place, extents[axis], axis, window, onlyInside)),
  );
  const data = upTo(product(counts)).map(at =>
    counts.reduce(
      (size, count, axis) => size * along[axis][Math.floor(at / product(counts.slice(axis + 1))) % count],
      1,
    ),
  );
  return node.constant('f32', counts, data);
}

function sizeAt(
  place: number,
  extent: number,
  axis: number,
  { kernel, stride, dilation, padding }: Window,
  onlyInside: boolean,
): number {
  const [low, high] = padding[axis];
  const [first, end] = onlyInside ? [0, extent] : [-low, extent + high];
  return upTo(kernel[axis]).filter(tap => {
    const at = place * stride[axis] - low + tap * dilation[axis];
    return at >= first && at < end;
  }).length;
}
