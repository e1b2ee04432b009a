/**
 * The gradient of upsampling: the derivative by an element is a weighted sum of those by the results to which it contributed. Nothing of the
 * forward pass is read.
 *
 * - `nearest`: the sum of `scale` neighbours on each axis.
 * - `bilinear`: element `i` has the weight `1 - |(p + ½) / s - ½ - i|` in result `p`, if that is positive. So it is a depthwise convolution of
 *   stride `s` with these weights. Results outside of the outermost centres are equal to the nearest element, as if there were one more
 *   element on each side, equal to it. The convolution gives the derivatives by these two as well, and they are added to their neighbours.
 */
import type { ValueId } from '@tessera-dnn/graph';
import type { Expander, Gradient } from '@tessera-dnn/graph/op';
import { part, reshaped } from '../define/gradient.ts';
import type { UpsampleAttributes } from './upsample-attributes.ts';

/** Derivatives by `x`, of its shape `[N, C, …]`. */
export const upsampleGradient: Gradient<UpsampleAttributes> = ({
  build,
  operands: [x],
  upstream,
  attributes: { scale, mode },
}) => {
  const { shape } = build.type(x);
  if (mode === 'nearest') return [sumOfCopies(build, upstream, shape, scale)];
  const wide = weightedSums(build, upstream, scale);
  return [scale.reduce<ValueId>((sums, factor, i) => (factor === 1 ? sums : folded(build, sums, 2 + i)), wide)];
};

function sumOfCopies(build: Expander, upstream: ValueId, shape: readonly number[], scale: readonly number[]): ValueId {
  const apart = [...shape.slice(0, 2), ...scale.flatMap((factor, i) => [shape[2 + i], factor])];
  return build.op('sum', [reshaped(build, upstream, apart)], { axes: scale.map((_, i) => 3 + 2 * i), keep: false });
}

/** The convolution for `bilinear`. Its result has one element more on both sides of each axis whose factor is not 1. */
function weightedSums(build: Expander, upstream: ValueId, scale: readonly number[]): ValueId {
  const { element, shape } = build.type(upstream);
  const taps = scale.map(tapsOf);
  const extents = taps.map(({ weights }) => weights.length);
  const plane = taps.reduce<readonly number[]>(
    (rows, { weights }) => rows.flatMap(row => weights.map(w => row * w)),
    [1],
  );
  const kernel = { element, shape: [shape[1], 1, ...extents] };
  const weights = Float64Array.from({ length: shape[1] * plane.length }, (_, i) => plane[i % plane.length]);
  return build.op('conv', [upstream, build.constant(kernel, weights)], {
    stride: scale,
    padding: taps.map(({ padding }) => padding),
    dilation: scale.map(() => 1),
    groups: shape[1],
  });
}

/** The weights of an element in all results to which it contributes, and the padding with which the convolution finds them. */
function tapsOf(scale: number): { readonly weights: readonly number[]; readonly padding: readonly [number, number] } {
  const first = Math.floor(scale / 2);
  const count = scale % 2 === 0 ? 2 * scale : 2 * scale - 1;
  const weights = Array.from({ length: count }, (_, t) => 1 - Math.abs((t - first + 0.5) / scale - 0.5));
  return { weights, padding: scale === 1 ? [0, 0] : [scale + first, count - first] };
}

/** Removes the first and the last element along an axis, and adds them to their neighbours. */
function folded(build: Expander, value: ValueId, axis: number): ValueId {
  const { shape } = build.type(value);
  const inner = shape[axis] - 2;
  const along = (there: number) => shape.map((extent, other) => (other === axis ? there : extent));
  const at = (start: number) => shape.map((_, other) => (other === axis ? start : 0));
  const edge = (from: number, before: number): ValueId => {
    const padding = shape.map((_, other) => (other === axis ? [before, inner - 1 - before] : [0, 0]));
    const line = part(build, value, at(from), along(1));
    return inner === 1 ? line : build.op('pad', [line], { padding, value: 0 });
  };
  const middle = part(build, value, at(1), along(inner));
  return build.op('add', [build.op('add', [middle, edge(0, 0)]), edge(inner + 1, inner - 1)]);
}
