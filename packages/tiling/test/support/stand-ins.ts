/** What tiling needs of operations beyond the stand-ins of `graph`: one that reads its neighbours, one that puts two together. */
import type { KernelOp, MovementOp, OpDef, OpTable } from '@tessera-dnn/graph/op';
import { standInOps } from '@tessera-dnn/graph/testing';

/** `near(x[n, c]): f32[n - 2, c]`: the sum of three neighbours along the first axis, so that cells need a halo. */
const near: KernelOp = {
  kind: 'kernel',
  name: 'near',
  doc: { summary: 'sums of three neighbours', example: '' },
  parameters: [{ name: 'x', kind: 'tensor' }],
  attributes: () => ({}),
  infer: ([x]) => ({ element: x.element, shape: [x.shape[0] - 2, x.shape[1]] }),
  evaluate: ([x], _attributes, { shape: [n, c] }, round) =>
    Float64Array.from({ length: n * c }, (_, i) => round(round(x.data[i] + x.data[i + c]) + x.data[i + 2 * c])),
  space: ({ result }) => ({ extents: result.shape, combine: [] }),
  regions: (_context, { start, count, step }) => [{ start, count: [count[0] + 2, count[1]], step }],
  variants: () => [{ name: 'plain', result: { order: [0, 1] }, operands: [{ order: [0, 1] }] }],
  overwrites: () => [],
  kernel: (k, { box, operands: [x], sink }) => {
    const [n, c] = box.count.map(count => k.field(count));
    const [row, column] = x.strides.map(stride => k.field(stride * 4));
    k.share(n, (from, to) =>
      k.loop(from, to, i =>
        k.loop(0, c, j => {
          const at = k.add(k.address(0), k.add(k.mul(i, row), k.mul(j, column)));
          const [first, second, third] = [at, k.add(at, row), k.add(at, k.mul(row, 2))].map(a => k.load('f32', a));
          sink.at([i, j]).store(k.add(k.add(first, second), third));
        }),
      ),
    );
  },
};

/** `join(a, b)`: the rows of `a`, then those of `b`. */
const join: MovementOp = {
  kind: 'movement',
  name: 'join',
  doc: { summary: 'one behind the other', example: '' },
  parameters: [
    { name: 'a', kind: 'tensor' },
    { name: 'b', kind: 'tensor' },
  ],
  attributes: () => ({}),
  infer: ([a, b]) => ({ element: a.element, shape: [a.shape[0] + b.shape[0], ...a.shape.slice(1)] }),
  evaluate: ([a, b]) => Float64Array.from([...a.data, ...b.data]),
  moves: ({ operands }) =>
    operands.map(({ shape }, operand) => ({
      source: { operand, start: shape.map(() => 0) },
      to: shape.map((_, axis) => (axis === 0 && operand === 1 ? operands[0].shape[0] : 0)),
      loops: shape.map((count, axis) => ({ count, from: { axis, step: 1 }, to: { axis, step: 1 } })),
    })),
};

const all: readonly OpDef[] = [...standInOps.all, near, join];

export const tilingStandIns: OpTable = { ...standInOps, all, find: name => all.find(op => op.name === name) };
