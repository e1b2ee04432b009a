/**
 * The op `avg_pool(x, kernel)`, with the semantics of PyTorch. With `count_padding` the divisor of a window counts the padding in it, but not
 * what it covers beyond the padding (where `ceil` rounds the extent up); without, it counts only elements of the input.
 */
import type { TensorType, ValueId } from '@tessera-dnn/graph';
import { elementCount } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Arguments, Expander, Problem, Round, Tensor, Vertex } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { ofTerms } from '../define/adding-up.ts';
import { readBoolean } from '../define/arguments.ts';
import { signBounds } from '../define/bounds.ts';
import { elementSets } from '../define/element-sets.ts';
import { forEachIndex } from '../define/indices.ts';
import { defineOp } from '../define/op.ts';
import type { AxisPlace, WindowPlace } from '../plane/channel-tile.ts';
import { numberOf } from '../plane/plane.ts';
import type { PoolAttributes } from './pool.ts';
import {
  inferPool,
  poolOverwrites,
  poolParameters,
  poolRegions,
  poolSamples,
  poolSpace,
  poolVariants,
  readPool,
} from './pool.ts';
import { poolKernel } from './pool-kernel.ts';
import { forEachInWindow } from './pool-oracle.ts';

interface AvgPoolAttributes extends PoolAttributes {
  readonly count_padding: boolean;
}

export const avgPool = defineOp<AvgPoolAttributes>({
  kind: 'kernel',
  name: 'avg_pool',
  doc: {
    summary: 'mean of every window',
    example: `model halve(image: f32[1, 3, 8, 8]) -> f32[1, 3, 4, 4] {
  return avg_pool(image, 2)
}`,
  },
  parameters: [...poolParameters, { name: 'count_padding', kind: 'boolean', default: true }],
  attributes: readAttributes,
  infer: (operands, attributes) => inferPool('avg_pool', elementSets.float, operands, attributes),
  evaluate,
  space: poolSpace,
  regions: poolRegions,
  variants: poolVariants,
  bounds: ([x]) => signBounds(x),
  overwrites: poolOverwrites,
  kernel: (k, vertex) =>
    poolKernel(k, vertex, {
      initial: 0,
      combine: (builder, sum, x) => builder.add(sum, x),
      finish: divide(k, vertex),
    }),
  gradient: ({ build, operands: [x], upstream, attributes }) => {
    const { kernel, stride, padding } = attributes;
    const extents = build.type(x).shape.slice(2);
    const shares = build.op('div', [upstream, divisors(build, build.type(x), build.type(upstream), attributes)]);
    return [build.op('avg_pool_gradient', [shares], { kernel, stride, padding, extents })];
  },
  samples: pick => {
    const sample = poolSamples(pick);
    return { ...sample, args: { ...sample.args, count_padding: pick.chance() } };
  },
  accuracy: 'sum',
});

function readAttributes(args: Arguments, operands: readonly TensorType[]): AvgPoolAttributes | Problem {
  const pool = readPool('avg_pool', args, operands);
  if (isProblem(pool)) return pool;
  const count = readBoolean('avg_pool', 'count_padding', args['count_padding'] ?? true);
  return typeof count === 'boolean' ? { ...pool, count_padding: count } : count;
}

function evaluate(
  [x]: readonly Tensor[],
  attributes: AvgPoolAttributes,
  result: TensorType,
  round: Round,
): Float64Array {
  const { kernel, stride, padding } = attributes;
  const out = new Float64Array(elementCount(result.shape));
  forEachIndex(result.shape, (index, linear) => {
    let sum = 0;
    let count = 0;
    forEachInWindow(x, attributes, index, value => {
      sum += value;
      count++;
    });
    if (attributes.count_padding) {
      count = kernel.reduce((product, taps, axis) => {
        const start = index[2 + axis] * stride[axis] - padding[axis][0];
        return product * (Math.min(start + taps, x.type.shape[2 + axis] + padding[axis][1]) - start);
      }, 1);
    }
    out[linear] = round(ofTerms(result.element, round)(sum) / count);
  });
  return out;
}

/** The divisors of all windows, as a constant with the spatial shape of the result. */
function divisors(build: Expander, x: TensorType, result: TensorType, attributes: AvgPoolAttributes): ValueId {
  const places = result.shape.slice(2);
  const counts = places.map((windows, i) =>
    Array.from({ length: windows }, (_, o) => placesUnder(x, attributes, i, o)),
  );
  const plane = counts.reduce<readonly number[]>((rows, axis) => rows.flatMap(row => axis.map(n => row * n)), [1]);
  return build.constant({ element: x.element, shape: places }, Float64Array.from(plane));
}

/** How many places on axis `i` the divisor of window `o` counts. */
function placesUnder(
  x: TensorType,
  { kernel, stride, padding, count_padding: all }: AvgPoolAttributes,
  i: number,
  o: number,
): number {
  const [low, high] = padding[i];
  const start = o * stride[i] - low;
  const end = Math.min(start + kernel[i], x.shape[2 + i] + (all ? high : 0));
  return end - (all ? start : Math.max(start, 0));
}

/** Divides the sum of a window by the number of its elements, and of its padding if that counts. */
function divide(k: KernelBuilder, vertex: Vertex<AvgPoolAttributes>) {
  const { kernel } = vertex.context.attributes;
  const counts = kernel.map((_, i) => axisCount(k, vertex, i));
  const [rows, columns] = counts.length === 2 ? counts : [() => 1, counts[0]];
  return ({ row, column }: WindowPlace): ((sum: KernelValue) => KernelValue) => {
    const divisor = k.convert(k.mul(rows(row), columns(column)));
    return sum => k.div(sum, divisor);
  };
}

/** How many places on axis `i` the divisor of a window counts. */
function axisCount(
  k: KernelBuilder,
  { context, box }: Vertex<AvgPoolAttributes>,
  i: number,
): (place: AxisPlace) => Operand {
  const { kernel, stride, padding, count_padding: countPadding } = context.attributes;
  if (!countPadding) return place => place.taps;
  const taps = numberOf(k, kernel[i]);
  const end = context.operands[0].shape[2 + i] + padding[i][0] + padding[i][1];
  const last = (box.start[2 + i] + box.count[2 + i] - 1) * stride[i] + kernel[i];
  if (last <= end) return () => taps;
  const left = k.field(end - box.start[2 + i] * stride[i]);
  const step = k.field(stride[i]);
  return ({ index }) => (index === undefined ? taps : k.min(k.sub(left, k.mul(index, step)), taps));
}
