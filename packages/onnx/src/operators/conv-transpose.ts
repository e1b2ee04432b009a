/** `ConvTranspose` over one or two spatial axes, and over three as sums of those over two. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { brief, listOf, pairs } from '../lower/window.ts';
import { withBias } from './conv.ts';
import { along } from './deep.ts';
import { taken } from './slice.ts';

export const convTranspose: Operator = { name: 'ConvTranspose', since: { 1: lower } };

interface Spread {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  /** The most that the result may be, before padding is cut off. */
  readonly padding: readonly (readonly [number, number])[];
  readonly more: readonly number[];
}

function lower(node: Node): Value {
  const [x, weight, bias] = [node.operand(0), node.operand(1), node.optional(2)];
  const spread = spreadOf(node, x, weight);
  const whole = x.type.shape.length === 5 ? deep(node, x, weight, spread) : flat(node, x, weight, spread);
  return withBias(node, whole, bias);
}

/** ONNX says padding, or the shape that is wanted: the padding follows from it. */
function spreadOf(node: Node, x: Value, weight: Value): Spread {
  const extents = x.type.shape.slice(2);
  const kernel = weight.type.shape.slice(2);
  const rank = extents.length;
  const given = node.ints('kernel_shape');
  if (given !== undefined && given.join() !== kernel.join())
    refuse(`its kernel_shape [${given.join(', ')}] is not that of its weights`);
  const stride = listOf(node, 'strides', rank, 1);
  const dilation = listOf(node, 'dilations', rank, 1);
  const more = listOf(node, 'output_padding', rank, 0);
  const groups = node.int('group', 1);
  const auto = node.text('auto_pad', 'NOTSET');
  const pads = node.ints('pads');
  const wanted = node.ints('output_shape');
  const full = extents.map(
    (extent, axis) => (extent - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 + more[axis],
  );
  const same = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  if (wanted === undefined && !same)
    return {
      stride,
      dilation,
      groups,
      more,
      padding: pairs(auto === 'VALID' ? upTo(2 * rank).map(() => 0) : (pads ?? upTo(2 * rank).map(() => 0)), rank),
    };
  const shape = wanted?.slice(-rank) ?? extents.map((extent, axis) => extent * stride[axis]);
  // Where the result should be larger than all that is computed, what is missing is added at the end.
  const lack = shape.map((extent, axis) => Math.max(0, extent - full[axis]));
  const padding = shape.map((extent, axis) => {
    const total = Math.max(0, full[axis] - extent);
    const less = Math.floor(total / 2);
    return auto === 'SAME_UPPER' ? ([less, total - less] as const) : ([total - less, less] as const);
  });
  return { stride, dilation, groups, padding, more: more.map((one, axis) => one + lack[axis]) };
}

/** What the operation can say it says; the rest of the padding is cut off behind it. */
function flat(node: Node, x: Value, weight: Value, { stride, dilation, groups, padding, more }: Spread): Value {
  const kernel = weight.type.shape.slice(2);
  const direct = padding.every(
    ([low, high], axis) =>
      low === high && low <= dilation[axis] * (kernel[axis] - 1) && more[axis] < Math.max(stride[axis], dilation[axis]),
  );
  const common = { ...brief('stride', stride, 1), ...brief('dilation', dilation, 1), ...(groups !== 1 && { groups }) };
  if (direct) {
    const sides = padding.map(([low]) => low);
    return node.call('conv_transpose', [x, weight], {
      ...common,
      ...brief('padding', sides, 0),
      ...brief('output_padding', more, 0),
    });
  }
  const whole = node.call('conv_transpose', [x, weight], common);
  const end = more.some(count => count > 0)
    ? node.call('pad', [whole], { padding: [[0, 0], [0, 0], ...more.map(count => [0, count])] })
    : whole;
  const ranges = end.type.shape.map((extent, axis) => {
    const [low, high] = axis < 2 ? [0, 0] : padding[axis - 2];
    return { start: low, count: extent - low - high, step: 1 };
  });
  return taken(node, end, ranges);
}

/** Each plane of the kernel along the first axis spreads the planes of x to places of their own. */
function deep(node: Node, x: Value, weight: Value, { stride, dilation, groups, padding, more }: Spread): Value {
  const [n, c, depth, h, w] = x.type.shape;
  const batch = node.call('reshape', [node.call('transpose', [x], { axes: [0, 2, 1, 3, 4] })], {
    shape: [n * depth, c, h, w],
  });
  const rest: Spread = {
    stride: stride.slice(1),
    dilation: dilation.slice(1),
    groups,
    padding: padding.slice(1),
    more: more.slice(1),
  };
  const reach = dilation[0] * (weight.type.shape[2] - 1);
  const planes = upTo(weight.type.shape[2]).map(place => {
    const kernel = along(node, weight, 2, { start: place, count: 1 });
    const part = flat(
      node,
      batch,
      node.call('reshape', [kernel], { shape: kernel.type.shape.filter((_, axis) => axis !== 2) }),
      rest,
    );
    const [, m, ...extents] = part.type.shape;
    const apart = node.call('transpose', [node.call('reshape', [part], { shape: [n, depth, m, ...extents] })], {
      axes: [0, 2, 1, 3, 4],
    });
    const spaced = stride[0] === 1 ? apart : between(node, apart, stride[0]);
    return node.call('pad', [spaced], {
      padding: [
        [0, 0],
        [0, 0],
        [place * dilation[0], reach - place * dilation[0] + more[0]],
        [0, 0],
        [0, 0],
      ],
    });
  });
  const sum = planes.reduce((total, one) => node.call('add', [total, one]));
  const [low, high] = padding[0];
  return along(node, sum, 2, { start: low, count: sum.type.shape[2] - low - high });
}

/** `step - 1` planes of zeros between those of axis 2. */
function between(node: Node, x: Value, step: number): Value {
  const [n, c, depth, ...extents] = x.type.shape;
  const column = node.call('reshape', [x], { shape: [n, c, depth, 1, ...extents] });
  const padded = node.call('pad', [column], {
    padding: [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, step - 1],
      [0, 0],
      [0, 0],
    ],
  });
  const all = node.call('reshape', [padded], { shape: [n, c, depth * step, ...extents] });
  return along(node, all, 2, { start: 0, count: (depth - 1) * step + 1 });
}
