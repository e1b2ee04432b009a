/** The op `max_pool(x, kernel)`, with the semantics of PyTorch: a NaN in a window is its result, and padding never is. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount } from '@tessera-dnn/graph';
import { combineIdentity } from '@tessera-dnn/graph/kernel';
import type { Round, Tensor } from '@tessera-dnn/graph/op';
import { elementSets, pickElement } from '../define/element-sets.ts';
import { forEachIndex } from '../define/indices.ts';
import { defineOp } from '../define/op.ts';
import { numberElement } from '../plane/views.ts';
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

export const maxPool = defineOp<PoolAttributes>({
  kind: 'kernel',
  name: 'max_pool',
  doc: {
    summary: 'largest element of every window',
    example: `model halve(image: f32[1, 3, 8, 8]) -> f32[1, 3, 4, 4] {
  return max_pool(image, 2)
}`,
  },
  parameters: poolParameters,
  attributes: (args, operands) => readPool('max_pool', args, operands),
  infer: (operands, attributes) => inferPool('max_pool', elementSets.number, operands, attributes),
  evaluate,
  space: poolSpace,
  regions: poolRegions,
  variants: poolVariants,
  overwrites: poolOverwrites,
  bounds: ([x]) => x,
  kernel: (k, vertex) =>
    poolKernel(k, vertex, {
      initial: combineIdentity(numberElement(vertex.context.result.element), 'max'),
      combine: (builder, largest, x) => builder.max(largest, x),
    }),
  gradient: ({ build, operands: [x], result, upstream, attributes }) => [
    build.op('max_pool_gradient', [x, result, upstream], attributes),
  ],
  samples: pick => {
    const sample = poolSamples(pick);
    const element = pickElement(pick, 'number');
    return { ...sample, operands: sample.operands.map(({ shape }) => ({ element, shape })) };
  },
  accuracy: 'exact',
});

function evaluate([x]: readonly Tensor[], attributes: PoolAttributes, result: TensorType, _round: Round): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  forEachIndex(result.shape, (index, linear) => {
    let largest: number | undefined;
    forEachInWindow(x, attributes, index, value => {
      if (largest === undefined || value > largest || Number.isNaN(value)) largest = value;
    });
    out[linear] = largest ?? Number.NEGATIVE_INFINITY;
  });
  return out;
}
