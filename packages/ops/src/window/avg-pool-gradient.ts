/**
 * The op `avg_pool_gradient(slopes, kernel, extents)`. *Slopes* are derivatives of the loss by the results of a pool, one for each window.
 * Every element of a map with the given spatial extents gets the sum of the slopes of the windows that contain it. If each slope was
 * divided by the divisor of its window before, that is the gradient of `avg_pool`.
 */
import type { Attributes, TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides, showType } from '@tessera-dnn/graph';
import type { Arguments, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { channelsLast } from '../contraction/conv/variants.ts';
import { ofTerms } from '../define/adding-up.ts';
import { elementSets } from '../define/element-sets.ts';
import { forEachIndex } from '../define/indices.ts';
import { defineOp } from '../define/op.ts';
import { refusedElement, shapeMismatch, wrongCount } from '../define/problem.ts';
import type { Padding } from '../define/spatial.ts';
import { readPadding, readSpatial } from '../define/spatial.ts';
import type { WindowAxis } from '../define/window.ts';
import { inferPool, poolSamples, readPool } from './pool.ts';
import { poolGradientKernel } from './pool-gradient-kernel.ts';
import { gradientSpace, slopeRegion } from './pool-windows.ts';
import { ofAvgPoolGradient } from './second-gradients.ts';

/** Compile-time arguments, one entry for each spatial axis. */
export interface AvgPoolGradientAttributes extends Attributes {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  /** The spatial extents of the pool's input. */
  readonly extents: readonly number[];
}

const name = 'avg_pool_gradient';

export const avgPoolGradient = defineOp<AvgPoolGradientAttributes>({
  kind: 'kernel',
  name,
  doc: {
    summary: 'for every element of the input of a pool, the sum of the slopes of the windows it lies in',
    example: `model slopes(slopes: f32[1, 3, 4, 4]) -> f32[1, 3, 8, 8] {
  return avg_pool_gradient(slopes / 4, 2, extents: 8)
}`,
  },
  parameters: [
    { name: 'slopes', kind: 'tensor' },
    { name: 'kernel', kind: 'list' },
    { name: 'extents', kind: 'list' },
    { name: 'stride', kind: 'list', default: null },
    { name: 'padding', kind: 'list', default: 0 },
  ],
  attributes: readAttributes,
  infer,
  evaluate: ([slopes], { kernel, stride, padding }, result, round) => {
    const out = new Float64Array(elementCount(result.shape));
    const strides = rowMajorStrides(result.shape);
    const term = ofTerms(result.element, round);
    forEachIndex(slopes.type.shape, ([n, c, ...window], linear) => {
      forEachIndex(kernel, tap => {
        const place = tap.map((t, i) => window[i] * stride[i] - padding[i][0] + t);
        if (place.some((at, i) => at < 0 || at >= result.shape[2 + i])) return;
        const to = [n, c, ...place].reduce((sum, at, axis) => sum + at * strides[axis], 0);
        out[to] = term(out[to] + slopes.data[linear]);
      });
    });
    return out.map(round);
  },
  space: ({ operands: [slopes], attributes, result }) => gradientSpace(result, slopes, windowAxes(attributes)),
  regions: ({ operands: [slopes], attributes }, box) => [slopeRegion(slopes, windowAxes(attributes), box)],
  variants: ({ operands: [slopes] }) => {
    const layout = channelsLast(slopes.shape.length - 2);
    return [
      { name: 'channels', result: layout, operands: [layout], quantum: [1, 4] },
      { name: 'any', result: 'any', operands: ['any'] },
    ];
  },
  overwrites: () => [],
  kernel: (k, vertex) =>
    poolGradientKernel(k, vertex, windowAxes(vertex.context.attributes), {
      slopes: 0,
      share: (_, { load, window }) => load(0, window),
    }),
  gradient: ofAvgPoolGradient,
  samples: pick => {
    const { operands, args } = poolSamples(pick);
    const pool = readPool(name, args, operands);
    const result = isProblem(pool) ? pool : inferPool(name, ['f32'], operands, pool);
    const extents = operands[0].shape.slice(2);
    return { operands: isProblem(result) ? [] : [result], args: { ...args, extents, ceil: undefined } };
  },
  accuracy: 'exact',
});

function readAttributes(args: Arguments, operands: readonly TensorType[]): AvgPoolGradientAttributes | Problem {
  const wrong = checkRank(operands);
  if (wrong) return wrong;
  const rank = operands[0].shape.length - 2;
  const kernel = readSpatial(name, args, rank, { name: 'kernel', least: 1 });
  const extents = readSpatial(name, args, rank, { name: 'extents', least: 1 });
  const stride = readSpatial(name, { stride: args['stride'] ?? args['kernel'] }, rank, { name: 'stride', least: 1 });
  const padding = readPadding(name, args, rank);
  if (isProblem(kernel)) return kernel;
  if (isProblem(extents)) return extents;
  if (isProblem(stride)) return stride;
  return isProblem(padding) ? padding : { kernel, stride, padding, extents };
}

function checkRank(operands: readonly TensorType[]): Problem | undefined {
  if (operands.length !== 1) return wrongCount(name, 'one tensor', operands.length);
  const [slopes] = operands;
  if (slopes.shape.length === 3 || slopes.shape.length === 4) return undefined;
  return shapeMismatch(`${name} takes a feature map [N, C, W] or [N, C, H, W], not ${showType(slopes)}`, [
    { operand: 0, message: `is ${showType(slopes)}` },
  ]);
}

function infer(operands: readonly TensorType[], { extents }: AvgPoolGradientAttributes): TensorType | Problem {
  const wrong = checkRank(operands);
  if (wrong) return wrong;
  const [slopes] = operands;
  const accepted = elementSets.float;
  if (!accepted.some(element => element === slopes.element)) return refusedElement(name, operands, 0, accepted);
  return { element: slopes.element, shape: [...slopes.shape.slice(0, 2), ...extents] };
}

function windowAxes({ kernel, stride, padding, extents }: AvgPoolGradientAttributes): readonly WindowAxis[] {
  return extents.map((input, i) => ({ input, taps: kernel[i], stride: stride[i], dilation: 1, low: padding[i][0] }));
}
