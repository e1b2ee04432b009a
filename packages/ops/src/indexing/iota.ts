/** The op `iota`: a tensor whose elements are their own coordinates on one axis. */

import { rowMajorStrides } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { KernelNumbers } from '@tessera-dnn/graph/kernel';
import type { KernelOp, Vertex } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { readAxis, readShape } from '../define/arguments.ts';
import { laneNumbers } from '../define/lane-numbers.ts';
import { emitNest } from '../define/nest.ts';
import { defineOp, type Tested } from '../define/op.ts';
import { wrongCount } from '../define/problem.ts';

type IotaAttributes = { readonly shape: readonly number[]; readonly axis: number };

const op: KernelOp<IotaAttributes> & Tested = {
  kind: 'kernel',
  name: 'iota',
  doc: {
    summary: 'the coordinate of every element along one axis',
    example: 'model example(x: i32[2, 3]) -> i32[2, 3] {\n  x + iota([2, 3], axis: 1)\n}\n',
  },
  parameters: [
    { name: 'shape', kind: 'list' },
    { name: 'axis', kind: 'integer', default: 0 },
  ],
  attributes: args => {
    const shape = readShape('iota', args['shape']);
    if (isProblem(shape)) return shape;
    const axis = readAxis('iota', args['axis'] ?? 0, { element: 'i32', shape });
    return typeof axis === 'number' ? { shape, axis } : axis;
  },
  infer: (operands, { shape }) =>
    operands.length === 0 ? { element: 'i32', shape } : wrongCount('iota', 'no tensor', operands.length),
  evaluate: (_operands, { shape, axis }) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const stride = rowMajorStrides(shape)[axis];
    return Float64Array.from({ length: count }, (_, i) => Math.floor(i / stride) % shape[axis]);
  },
  space: ({ result }) => ({ extents: result.shape, combine: [] }),
  regions: () => [],
  variants: () => [{ name: 'strided', result: 'any', operands: [] }],
  overwrites: () => [],
  kernel: emitIota,
  samples: pick => {
    const shape = pick.shape(1, 4);
    return { operands: [], args: { shape, axis: pick.int(-shape.length, shape.length - 1) } };
  },
  accuracy: 'exact',
};

export const iota = defineOp(op);

function emitIota(k: KernelBuilder, { box, context, sink }: Vertex<IotaAttributes>): void {
  const { axis } = context.attributes;
  const { vectorAxis } = sink;
  const numbers = new KernelNumbers(k);
  const first = numbers.field('first', box.start[axis]);
  emitNest(k, numbers, { count: box.count, streams: [], vectorAxis, widths: [4] }, ({ coordinates, width }) => {
    const at: KernelValue = k.add(first, coordinates[axis]);
    const neighbours = axis === vectorAxis ? k.add(laneNumbers(k), at) : k.splat(at);
    sink.at(coordinates).store(width === 4 ? neighbours : at);
  });
}
