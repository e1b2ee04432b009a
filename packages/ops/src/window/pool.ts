/**
 * What all pools have in common: attributes, extents, regions, layouts, samples. The space of a pool is the axes of its result; windows are
 * never split.
 */
import type { Attributes, Box, TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Arguments, OpContext, Overwrite, Parameter, Problem, Space, Variant } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { channelsLast } from '../contraction/conv/variants.ts';
import { readBoolean } from '../define/arguments.ts';
import type { Sample } from '../define/op.ts';
import type { Pick } from '../define/pick.ts';
import { badAttribute, refusedElement, shapeMismatch, wrongCount } from '../define/problem.ts';
import type { Padding } from '../define/spatial.ts';
import { readPadding, readSpatial } from '../define/spatial.ts';
import type { WindowAxis } from '../define/window.ts';
import { axisRange, boxOf, innerResults, rowDistanceBytes, windowRegion } from '../define/window.ts';

/** Compile-time arguments of a pool, with one entry for each spatial axis. */
export interface PoolAttributes extends Attributes {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  /** Whether windows count that begin inside the input or the padding before it but end outside of the padded input. */
  readonly ceil: boolean;
}

/** The parameters of every pool. */
export const poolParameters: readonly Parameter[] = [
  { name: 'x', kind: 'tensor' },
  { name: 'kernel', kind: 'list' },
  { name: 'stride', kind: 'list', default: null },
  { name: 'padding', kind: 'list', default: 0 },
  { name: 'ceil', kind: 'boolean', default: false },
];

/**
 * The attributes of a call: `stride` is `kernel` by default. A problem for a feature map of the wrong rank, and for padding of more than
 * half of the kernel.
 */
export function readPool(op: string, args: Arguments, operands: readonly TensorType[]): PoolAttributes | Problem {
  const wrong = checkRank(op, operands);
  if (wrong) return wrong;
  const rank = operands[0].shape.length - 2;
  const kernel = readSpatial(op, args, rank, { name: 'kernel', least: 1 });
  const stride = readSpatial(op, { stride: args['stride'] ?? args['kernel'] }, rank, { name: 'stride', least: 1 });
  const padding = readPadding(op, args, rank);
  const ceil = readBoolean(op, 'ceil', args['ceil'] ?? false);
  if (isProblem(kernel)) return kernel;
  if (isProblem(stride)) return stride;
  if (isProblem(padding)) return padding;
  if (typeof ceil !== 'boolean') return ceil;
  const wide = padding.findIndex(([low, high], i) => 2 * Math.max(low, high) > kernel[i]);
  if (wide >= 0) {
    const given = padding[wide].join(', ');
    return badAttribute('padding', `padding [${given}] of ${op} is more than half of its kernel ${kernel[wide]}`);
  }
  return { kernel, stride, padding, ceil };
}

function checkRank(op: string, operands: readonly TensorType[]): Problem | undefined {
  if (operands.length !== 1) return wrongCount(op, 'one tensor', operands.length);
  const [x] = operands;
  if (x.shape.length === 3 || x.shape.length === 4) return undefined;
  return shapeMismatch(`${op} takes a feature map [N, C, W] or [N, C, H, W], not ${showType(x)}`, [
    { operand: 0, message: `is ${showType(x)}` },
  ]);
}

/**
 * The type of the result, `[N, C, …]` with the pooled extents; a problem if the kernel is larger than the padded input, or for element types
 * not `accepted`.
 */
export function inferPool(
  op: string,
  accepted: readonly TensorType['element'][],
  operands: readonly TensorType[],
  attributes: PoolAttributes,
): TensorType | Problem {
  const wrong = checkRank(op, operands);
  if (wrong) return wrong;
  const [x] = operands;
  if (!accepted.includes(x.element)) return refusedElement(op, operands, 0, accepted);
  const extents = attributes.kernel.map((_, i) => poolExtent(poolAxis(x, attributes, i), attributes, i));
  if (extents.some(extent => extent < 1)) {
    const kernel = attributes.kernel.join(', ');
    return shapeMismatch(`${op}'s kernel [${kernel}] reaches beyond the padded ${showType(x)}`, [
      { operand: 0, message: `is ${showType(x)}` },
    ]);
  }
  return { element: x.element, shape: [x.shape[0], x.shape[1], ...extents] };
}

/** How the window slides along spatial axis `i` of `x`. */
export function poolAxis(x: TensorType, { kernel, stride, padding }: PoolAttributes, i: number): WindowAxis {
  return { input: x.shape[2 + i], taps: kernel[i], stride: stride[i], dilation: 1, low: padding[i][0] };
}

/** PyTorch's rule for the number of results: if it is rounded up, the last window must still begin inside the input or the padding before it. */
function poolExtent(axis: WindowAxis, { ceil, padding }: PoolAttributes, i: number): number {
  const free = axis.input + axis.low + padding[i][1] - axis.taps;
  if (!ceil) return Math.floor(free / axis.stride) + 1;
  const extent = Math.ceil(free / axis.stride) + 1;
  return (extent - 1) * axis.stride >= axis.input + axis.low ? extent - 1 : extent;
}

/** The axes of the result. Only windows that reach into the padding tell places of a map apart. */
export function poolSpace({ operands: [x], attributes, result }: OpContext<PoolAttributes>): Space {
  const inner = attributes.kernel.map((_, i) => innerResults(poolAxis(x, attributes, i), 2 + i));
  return { extents: result.shape, combine: [], movable: [0, 1], inner };
}

/** What a box of the result needs of the input. */
export function poolRegions({ operands: [x], attributes }: OpContext<PoolAttributes>, box: Box): readonly Box[] {
  const ranges = x.shape.map((_, axis) => {
    if (axis < 2) return axisRange(box, axis);
    const window = poolAxis(x, attributes, axis - 2);
    return windowRegion(window, axisRange(box, axis), { start: 0, count: window.taps, step: 1 });
  });
  return [boxOf(ranges)];
}

/** Channels last, in multiples of a vector; or any layout. */
export function poolVariants({ operands: [x] }: OpContext<PoolAttributes>): readonly Variant[] {
  const layout = channelsLast(x.shape.length - 2);
  return [
    { name: 'channels', result: layout, operands: [layout], quantum: [1, 4] },
    { name: 'any', result: 'any', operands: ['any'] },
  ];
}

/** Maps `[N, C, H, W]` with channels last are pooled row by row, so that the result may be written behind the reads of the input. */
export function poolOverwrites({ operands: [x], attributes, result }: OpContext<PoolAttributes>): readonly Overwrite[] {
  if (x.shape.length !== 4) return [];
  const distanceBytes = rowDistanceBytes(poolAxis(x, attributes, 0), x, result);
  return [{ operand: 0, distanceBytes, inOrder: channelsLast(2) }];
}

/** A random legal call of a pool in one or two dimensions. */
export function poolSamples(pick: Pick): Sample {
  const rank = pick.int(1, 2);
  const each = <T>(make: (i: number) => T): readonly T[] => Array.from({ length: rank }, (_, i) => make(i));
  const kernel = each(() => pick.one([1, 2, 2, 3, 3, 5, 9]));
  const padding = each(i => [pick.int(0, Math.floor(kernel[i] / 2)), pick.int(0, Math.floor(kernel[i] / 2))]);
  const extents = each(i => Math.max(1, kernel[i] + pick.int(0, 11) - pick.int(0, padding[i][0])));
  return {
    operands: [{ element: 'f32', shape: [pick.int(1, 2), pick.one([1, 3, 4, 5, 8]), ...extents] }],
    args: {
      kernel,
      ...(pick.chance() ? { stride: each(() => pick.int(1, 3)) } : {}),
      padding,
      ceil: pick.chance(0.4),
    },
  };
}
