/** The op `cumsum`: running sums along an axis. Element i is the sum of elements 0 to i, added in this order. A `bool` counts as 0 or 1 in f32; whole
 * numbers of 8 bits are added in i32. */
import type { ValueId } from '@tessera-dnn/graph';
import { elementBytes, isInteger, rowMajorStrides, wideElement } from '@tessera-dnn/graph';
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import { KernelNumbers, vectorOf } from '@tessera-dnn/graph/kernel';
import type { KernelOp, Vertex } from '@tessera-dnn/graph/op';
import { readAxis } from '../define/arguments.ts';
import { pickElement } from '../define/element-sets.ts';
import { asInteger } from '../define/integers.ts';
import { emitNest } from '../define/nest.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { wrongCount } from '../define/problem.ts';
import { operandStream } from '../define/stream.ts';
import { numberElement } from '../plane/views.ts';
import { loadNumber } from './kernel.ts';

type CumsumAttributes = { readonly axis: number };

const op: KernelOp<CumsumAttributes> & Tested = {
  kind: 'kernel',
  name: 'cumsum',
  doc: {
    summary: 'running sums along an axis',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  cumsum(x, axis: 1)\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'axis', kind: 'integer' },
  ],
  attributes: (args, [x]) => {
    const axis = readAxis('cumsum', args['axis'], x);
    return typeof axis === 'number' ? { axis } : axis;
  },
  infer: operands => {
    if (operands.length !== 1) return wrongCount('cumsum', 'one tensor', operands.length);
    const [x] = operands;
    const element = x.element === 'bool' ? 'f32' : isInteger(x.element) ? wideElement(x.element) : x.element;
    return { element, shape: x.shape };
  },
  evaluate: ([x], { axis }, { element, shape }, round) => {
    const out = Float64Array.from(x.data);
    const stride = rowMajorStrides(shape)[axis];
    for (let i = 0; i < out.length; i++) {
      const first = Math.floor(i / stride) % shape[axis] === 0;
      const sum = (first ? 0 : out[i - stride]) + out[i];
      out[i] = isInteger(element) ? asInteger(element, sum) : sum;
    }
    return out.map(round);
  },
  space: ({ result, attributes }) => ({ extents: result.shape, combine: [], whole: [attributes.axis] }),
  regions: (_context, box) => [box],
  variants: () => [{ name: 'strided', result: 'any', operands: ['any'] }],
  overwrites: ({ operands: [x], result }) =>
    elementBytes[x.element] === elementBytes[result.element] ? [{ operand: 0, distanceBytes: 0 }] : [],
  kernel: emitCumsum,
  // Every element is a term of its own and of all later sums, so the gradient is a running sum from the end.
  gradient: ({ build, upstream, attributes: { axis } }) => {
    const reversed = (value: ValueId): ValueId => {
      const { shape } = build.type(value);
      const along = (there: number, elsewhere: number) => shape.map((_, own) => (own === axis ? there : elsewhere));
      return build.op('slice', [value], { start: along(shape[axis] - 1, 0), count: shape, step: along(-1, 1) });
    };
    if (build.type(upstream).shape[axis] === 1) return [upstream];
    return [reversed(build.op('cumsum', [reversed(upstream)], { axis }))];
  },
  samples: pick => {
    const shape = pick.shape(1, 4);
    return {
      operands: [{ element: pickElement(pick, 'any'), shape }],
      args: { axis: pick.int(-shape.length, shape.length - 1) },
    };
  },
  accuracy: 'sum',
};

export const cumsum = defineOp(op);

function emitCumsum(k: KernelBuilder, { box, context, operands, sink }: Vertex<CumsumAttributes>): void {
  const { axis } = context.attributes;
  const numbers = new KernelNumbers(k);
  const input = operandStream(k, numbers, 0, operands[0], box.start);
  const { vectorAxis } = sink;
  const inVectors = vectorAxis >= 0 && vectorAxis !== axis && input.strides[vectorAxis] === input.bytes;
  const nest = {
    count: box.count,
    streams: [{ address: input.address, strides: input.strides }],
    vectorAxis: inVectors ? vectorAxis : -1,
    widths: [4],
    walked: axis,
  };
  const type = numberElement(context.result.element);
  emitNest(k, numbers, nest, ({ coordinates, addresses, width }) => {
    const lanes = width === 4 ? 4 : 1;
    const sum = k.cell(k.constant(lanes === 4 ? vectorOf(type) : type, 0));
    k.loop(0, numbers.field('count', box.count[axis]), i => {
      const address = numbers.step(addresses[0], i, 'stride', input.strides[axis]);
      k.set(sum, k.add(k.get(sum), loadNumber({ k, input }, address, lanes, 0)));
      sink.at(coordinates.map((coordinate, own) => (own === axis ? i : coordinate))).store(k.get(sum));
    });
  });
}
