/**
 * The op `max_pool_gradient(x, largest, slopes, kernel)`. *Slopes* are derivatives of the loss by the results of a pool, one for each
 * window. Each is added to the first element of its window that equals the result of the window (`largest`). No indices are kept from the
 * forward pass; they are found again by comparing.
 */
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, rowMajorStrides, sameType, showType } from '@tessera-dnn/graph';
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Problem, Tensor } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { channelsLast } from '../contraction/conv/variants.ts';
import { ofTerms } from '../define/adding-up.ts';
import { elementSets, pickElement } from '../define/element-sets.ts';
import { forEachIndex } from '../define/indices.ts';
import { defineOp } from '../define/op.ts';
import { shapeMismatch, wrongCount } from '../define/problem.ts';
import { cellKernel } from './cell-kernel.ts';
import { around, cellsInside } from './cells.ts';
import type { PoolAttributes } from './pool.ts';
import { inferPool, poolAxis, poolParameters, poolSamples, readPool } from './pool.ts';
import type { GradientAxis, WindowVisit } from './pool-gradient-kernel.ts';
import { loopOver, poolGradientKernel } from './pool-gradient-kernel.ts';
import { coveredRegion, gradientSpace, slopeRegion } from './pool-windows.ts';
import { ofMaxPoolGradient } from './second-gradients.ts';

const name = 'max_pool_gradient';

export const maxPoolGradient = defineOp<PoolAttributes>({
  kind: 'kernel',
  name,
  doc: {
    summary: 'the slope of every window of a max_pool, at the first of its elements that is the largest',
    example: `model slopes(x: f32[1, 3, 8, 8], slopes: f32[1, 3, 4, 4]) -> f32[1, 3, 8, 8] {
  return max_pool_gradient(x, max_pool(x, 2), slopes, 2)
}`,
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'largest', kind: 'tensor' },
    { name: 'slopes', kind: 'tensor' },
    ...poolParameters.slice(1),
  ],
  attributes: (args, operands) => readPool(name, args, operands.slice(0, 1)),
  infer,
  evaluate: (operands, attributes, result, round) => {
    return evaluate(operands, attributes, result, ofTerms(result.element, round)).map(round);
  },
  space: ({ operands: [x, largest], attributes }) => gradientSpace(x, largest, windowAxes(x, attributes)),
  regions: ({ operands: [x, largest], attributes }, box) => {
    const axes = windowAxes(x, attributes);
    const windows = slopeRegion(largest, axes, box);
    return [coveredRegion(largest, axes, box), windows, windows];
  },
  variants: ({ operands: [x], attributes: { stride } }) => {
    const layout = channelsLast(x.shape.length - 2);
    return [
      { name: 'channels', result: layout, operands: [layout, layout, layout], quantum: [1, 4, ...stride] },
      { name: 'any', result: 'any', operands: ['any', 'any', 'any'] },
    ];
  },
  overwrites: () => [],
  kernel: (k, vertex) => {
    const windows = windowAxes(vertex.context.operands[0], vertex.context.attributes);
    // Unrolled comparisons take five kilobytes of code, loops one: unrolled only where code does not take memory of the tiles.
    const cells = k.specialised ? cellsInside(vertex, windows) : undefined;
    if (cells) cellKernel(k, vertex, windows, cells);
    for (const part of around(vertex, windows, cells))
      poolGradientKernel(k, vertex, windows, { slopes: 2, share: shareOfFirst }, part);
  },
  gradient: ofMaxPoolGradient,
  samples: pick => {
    const { operands, args } = poolSamples(pick);
    const element = pickElement(pick, 'number');
    const x = { element, shape: operands[0].shape };
    const pool = readPool(name, args, [x]);
    const result = isProblem(pool) ? pool : inferPool(name, elementSets.number, [x], pool);
    // Values are few, so that many elements are equal to the result of their window and to one another.
    return { operands: isProblem(result) ? [] : [x, result, result], args, values: [[-1, 1], [-1, 1], undefined] };
  },
  accuracy: 'exact',
});

function infer(operands: readonly TensorType[], attributes: PoolAttributes): TensorType | Problem {
  if (operands.length !== 3) return wrongCount(name, 'three tensors', operands.length);
  const [x] = operands;
  const pooled = inferPool(name, elementSets.number, [x], attributes);
  if (isProblem(pooled)) return pooled;
  const other = operands.findIndex((type, i) => i > 0 && !sameType(type, pooled));
  if (other < 0) return x;
  return shapeMismatch(`${name} of ${showType(x)} needs ${showType(pooled)}, not ${showType(operands[other])}`, [
    { operand: other, message: `is ${showType(operands[other])}` },
  ]);
}

function windowAxes(x: TensorType, attributes: PoolAttributes) {
  return attributes.kernel.map((_, i) => poolAxis(x, attributes, i));
}

/** The oracle goes from window to window: the first place that holds the result gets the slope. */
function evaluate(
  [x, largest, slopes]: readonly Tensor[],
  { kernel, stride, padding }: PoolAttributes,
  { shape }: TensorType,
  round: (x: number) => number,
): Float64Array {
  const out = new Float64Array(elementCount(shape));
  const strides = rowMajorStrides(shape);
  forEachIndex(largest.type.shape, ([n, c, ...window], linear) => {
    let found = false;
    forEachIndex(kernel, tap => {
      const place = tap.map((t, i) => window[i] * stride[i] - padding[i][0] + t);
      if (found || place.some((at, i) => at < 0 || at >= shape[2 + i])) return;
      const to = [n, c, ...place].reduce((sum, at, axis) => sum + at * strides[axis], 0);
      if (x.data[to] !== largest.data[linear]) return;
      found = true;
      out[to] = round(out[to] + slopes.data[linear]);
    });
  });
  return out;
}

/** The slope, if the element equals the result of the window and no element of the window before it does; otherwise 0. */
function shareOfFirst(k: KernelBuilder, visit: WindowVisit) {
  const { type, axes, place, window, load } = visit;
  const result = load(1, window);
  const share = k.cell(k.select(k.eq(load(0, place), result), load(2, window), k.constant(type, 0)));
  const bounds = axes.map((axis, i) => insideOf(k, axis, window[i]));
  const refuse = (at: Parameters<typeof load>[1]): void =>
    k.set(share, k.select(k.eq(load(0, at), result), k.constant(type, 0), k.get(share)));
  axes.forEach((_, axis) => {
    // The elements with the same coordinates before this axis, a lower one on it, and any on later axes.
    const before = { from: bounds[axis].from, to: place[axis] };
    loopOver(k, [before, ...bounds.slice(axis + 1)], rest => refuse([...place.slice(0, axis), ...rest]));
  });
  return k.get(share);
}

/** The places of a window on one axis that are inside the input. */
function insideOf(k: KernelBuilder, { taps, stride, low, input }: GradientAxis, window: WindowVisit['window'][number]) {
  const first = k.sub(k.mul(window, stride), low);
  return { from: k.max(first, 0), to: k.min(k.add(first, taps), input) };
}
