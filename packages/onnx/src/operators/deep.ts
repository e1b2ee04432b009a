/**
 * Convolutions over three spatial axes, of those over two: for each place of the kernel along the first axis, the planes that it meets are a batch of
 * pictures, and what their convolutions give is added up.
 */
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import { type Window, windowArgs } from '../lower/window.ts';

/** The convolution of x [n, c, d, h, w] with weights [m, c / groups, kd, kh, kw]. */
export function deepConvolution(node: Node, x: Value, weight: Value, window: Window, groups: number): Value {
  const [[low, high], ...plane] = window.padding;
  const padded =
    low + high === 0
      ? x
      : node.call('pad', [x], {
          padding: [
            [0, 0],
            [0, 0],
            [low, high],
            [0, 0],
            [0, 0],
          ],
        });
  const [n, , depth] = padded.type.shape;
  const reach = window.dilation[0] * (window.kernel[0] - 1) + 1;
  const planes = Math.floor((depth - reach) / window.stride[0]) + 1;
  const flat: Window = {
    kernel: window.kernel.slice(1),
    stride: window.stride.slice(1),
    dilation: window.dilation.slice(1),
    padding: plane,
  };
  const args = { ...windowArgs(flat), ...(groups !== 1 && { groups }) };
  const sums = upTo(window.kernel[0]).map(place => {
    const met = along(node, padded, 2, { start: place * window.dilation[0], count: planes, step: window.stride[0] });
    const [, channels, , ...extents] = met.type.shape;
    const batch = node.call('reshape', [node.call('transpose', [met], { axes: [0, 2, 1, 3, 4] })], {
      shape: [n * planes, channels, ...extents],
    });
    const kernel = along(node, weight, 2, { start: place, count: 1 });
    const part = node.call('reshape', [kernel], { shape: kernel.type.shape.filter((_, axis) => axis !== 2) });
    return node.call('conv', [batch, part], args);
  });
  const total = sums.reduce((sum, one) => node.call('add', [sum, one]));
  const [, channels, ...extents] = total.type.shape;
  return node.call('transpose', [node.call('reshape', [total], { shape: [n, planes, channels, ...extents] })], {
    axes: [0, 2, 1, 3, 4],
  });
}

/** `count` places of an axis, from `start` on, `step` apart. */
export interface Places {
  readonly start: number;
  readonly count: number;
  readonly step?: number;
}

/** A tensor with some places of one axis only. */
export function along(node: Node, x: Value, axis: number, { start, count, step = 1 }: Places): Value {
  const { shape } = x.type;
  if (start === 0 && count === shape[axis]) return x;
  return node.call('slice', [x], {
    start: shape.map((_, at) => (at === axis ? start : 0)),
    count: shape.map((extent, at) => (at === axis ? count : extent)),
    ...(step !== 1 && { step: shape.map((_, at) => (at === axis ? step : 1)) }),
  });
}
