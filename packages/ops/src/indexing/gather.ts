/**
 * The op `gather`: the slices of a tensor at given indices of one axis, as NumPy's `take`. Indices outside of the axis are moved to its
 * nearest end.
 */
import type { Box, TensorType } from '@tessera-dnn/graph';
import { rowMajorStrides } from '@tessera-dnn/graph';
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import { KernelNumbers, vectorOf } from '@tessera-dnn/graph/kernel';
import type { KernelOp, Vertex } from '@tessera-dnn/graph/op';
import { readAxis } from '../define/arguments.ts';
import { pickElement } from '../define/element-sets.ts';
import { castTo, clamped } from '../define/gradient.ts';
import { dot, forEachIndex } from '../define/indices.ts';
import { emitNest } from '../define/nest.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { wrongCount, wrongElement } from '../define/problem.ts';
import { operandStream } from '../define/stream.ts';

type GatherAttributes = { readonly axis: number };

const op: KernelOp<GatherAttributes> & Tested = {
  kind: 'kernel',
  name: 'gather',
  doc: {
    summary: 'slices of x at the given places of an axis; places outside it are moved to its nearest end',
    example: 'model example(x: f32[9, 4], indices: i32[2, 3]) -> f32[2, 3, 4] {\n  gather(x, indices)\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'indices', kind: 'tensor' },
    { name: 'axis', kind: 'integer', default: 0 },
  ],
  attributes: (args, [x]) => {
    const axis = readAxis('gather', args['axis'] ?? 0, x);
    return typeof axis === 'number' ? { axis } : axis;
  },
  infer: (operands, { axis }) => {
    if (operands.length !== 2) return wrongCount('gather', 'a tensor and indices', operands.length);
    const [x, indices] = operands;
    if (indices.element !== 'i32') return wrongElement('the indices of gather', operands, 1, 'i32');
    return { element: x.element, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
  },
  evaluate: ([x, indices], { axis }, result) => {
    const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
    const [strides, indexStrides] = [x, indices].map(operand => rowMajorStrides(operand.type.shape));
    const rank = indices.type.shape.length;
    forEachIndex(result.shape, (index, linear) => {
      const at = indices.data[dot(index.slice(axis, axis + rank), indexStrides)];
      const inside = Math.min(Math.max(at, 0), x.type.shape[axis] - 1);
      out[linear] = x.data[dot([...index.slice(0, axis), inside, ...index.slice(axis + rank)], strides)];
    });
    return out;
  },
  space: ({ result }) => ({ extents: result.shape, combine: [] }),
  regions: ({ operands, attributes }, box) => regions(operands, attributes, box),
  variants: () => [{ name: 'strided', result: 'any', operands: ['any', 'any'] }],
  overwrites: () => [],
  kernel: emitGather,
  // Indices outside of the axis have read its ends, so the ends get their derivatives.
  gradient: ({ build, operands: [x, indices], upstream, attributes: { axis } }) => {
    const extent = build.type(x).shape[axis];
    const sums = build.op('scatter_add', [upstream, clamped(build, indices, extent - 1)], { axis, extent });
    return [castTo(build, sums, build.type(x).element), undefined];
  },
  samples: pick => {
    const shape = pick.shape(1, 3);
    const indices: TensorType = { element: 'i32', shape: pick.shape(0, 2) };
    return {
      operands: [{ element: pickElement(pick, 'any'), shape }, indices],
      args: { axis: pick.int(-shape.length, shape.length - 1) },
      // Some indices are outside of the axis.
      values: [undefined, [-3, 12]],
    };
  },
  accuracy: 'exact',
};

export const gather = defineOp(op);

/** The result has the axes of x before `axis`, then those of the indices, then those of x after `axis`. */
function regions([x, indices]: readonly TensorType[], { axis }: GatherAttributes, box: Box): readonly Box[] {
  const behind = axis + indices.shape.length;
  const around = (list: readonly number[], middle: number): number[] => [
    ...list.slice(0, axis),
    middle,
    ...list.slice(behind),
  ];
  const between = (list: readonly number[]): number[] => list.slice(axis, behind);
  return [
    { start: around(box.start, 0), count: around(box.count, x.shape[axis]), step: around(box.step, 1) },
    { start: between(box.start), count: between(box.count), step: between(box.step) },
  ];
}

function emitGather(k: KernelBuilder, { box, context, operands, sink }: Vertex<GatherAttributes>): void {
  const { axis } = context.attributes;
  const [x, indices] = context.operands;
  const rank = indices.shape.length;
  const numbers = new KernelNumbers(k);
  const boxes = regions(context.operands, context.attributes, box);
  const [source, places] = operands.map((view, slot) => operandStream(k, numbers, slot, view, boxes[slot].start));
  const still = new Array<number>(rank).fill(0);
  const streams = [
    {
      address: source.address,
      strides: [...source.strides.slice(0, axis), ...still, ...source.strides.slice(axis + 1)],
    },
    {
      address: places.address,
      strides: box.count.map((_, own) => (own >= axis && own < axis + rank ? places.strides[own - axis] : 0)),
    },
  ];
  const { vectorAxis } = sink;
  const inVectors = vectorAxis >= 0 && streams[0].strides[vectorAxis] === source.bytes;
  const last = numbers.field('last place', x.shape[axis] - 1);
  const stride = numbers.field('stride of places', source.strides[axis]);
  const nest = { count: box.count, streams, vectorAxis: inVectors ? vectorAxis : -1 };
  emitNest(k, numbers, nest, ({ coordinates, addresses, width }) => {
    const at = k.min(k.max(k.load('i32', addresses[1]), 0), last);
    const address = k.add(addresses[0], k.mul(at, stride));
    const cursor = sink.at(coordinates);
    if (width === 1) cursor.store(k.load(source.type, address));
    for (let i = 0; i < Math.floor(width / 4); i++) {
      cursor.store(k.load(vectorOf(source.type), address, 4 * i * source.bytes), [[vectorAxis, 4 * i]]);
    }
  });
}
