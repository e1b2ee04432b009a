/** Stand-in kernel ops for tests: a matrix product and plain reductions. */
import type { Box } from '../box.ts';
import type { Attributes } from '../graph.ts';
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import type { KernelOp } from '../op/op.ts';
import type { Combine, OpContext } from '../op/split.ts';
import type { Vertex, View } from '../op/vertex.ts';
import { elementCount, rowMajorStrides, wideElement } from '../types.ts';

/** `product(a[m, k], b[k, n])`: f32[m, n], sums in order of k. Of i8, for passes only, i32[m, n]. */
const product: KernelOp = {
  kind: 'kernel',
  name: 'product',
  doc: { summary: 'matrix product', example: '' },
  parameters: [
    { name: 'a', kind: 'tensor' },
    { name: 'b', kind: 'tensor' },
  ],
  attributes: () => ({}),
  infer: ([a, b]) =>
    (a.element === 'f32' || a.element === 'i8') &&
    [a, b].every(({ element, shape }) => element === a.element && shape.length === 2) &&
    a.shape[1] === b.shape[0]
      ? { element: wideElement(a.element), shape: [a.shape[0], b.shape[1]] }
      : { code: 'shape-mismatch', message: 'the matrices do not match' },
  evaluate: ([a, b], _attributes, { shape: [m, n] }, round) => {
    const inner = a.type.shape[1];
    const out = new Float64Array(m * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum = round(sum + round(a.data[i * inner + k] * b.data[k * n + j]));
        out[i * n + j] = sum;
      }
    }
    return out;
  },
  space: ({ operands: [a], result }) => ({
    extents: [...result.shape, a.shape[1]],
    combine: ['add'],
  }),
  regions: (_context, box) => [pick(box, [0, 2]), pick(box, [2, 1])],
  variants: () => [{ name: 'plain', result: 'any', operands: ['any', 'any'] }],
  bounded: true,
  overwrites: () => [],
  kernel: productKernel,
};

function pick(box: Box, axes: readonly number[]): Box {
  const take = (list: readonly number[]): number[] => axes.map(axis => list[axis]);
  return { start: take(box.start), count: take(box.count), step: take(box.step) };
}

function productKernel(k: KernelBuilder, { box, operands, sink }: Vertex): void {
  const [m, n, inner] = box.count.map(count => k.field(count));
  const first = operands.map((view, slot) =>
    elementAddress(k, view, slot, pick(box, slot === 0 ? [0, 2] : [2, 1]).start),
  );
  const [[rowA, stepA], [stepB, columnB]] = operands.map(view => view.strides.map(s => k.field(s * 4)));
  k.share(m, (from, to) =>
    k.loop(from, to, i =>
      k.loop(0, n, j => {
        const sum = k.cell(k.f32(0));
        const rowAddress = k.add(first[0], k.mul(i, rowA));
        const columnAddress = k.add(first[1], k.mul(j, columnB));
        k.loop(0, inner, s => {
          const a = k.load('f32', k.add(rowAddress, k.mul(s, stepA)));
          const b = k.load('f32', k.add(columnAddress, k.mul(s, stepB)));
          k.set(sum, k.add(k.get(sum), k.mul(a, b)));
        });
        sink.at([i, j]).store(k.get(sum));
      }),
    ),
  );
}

function elementAddress(k: KernelBuilder, view: View, slot: number, start: readonly number[]): KernelValue {
  const offset = view.strides.reduce((sum, s, axis) => sum + s * (start[axis] - view.region.start[axis]), 0);
  return k.add(k.address(slot), k.field(offset * 4));
}

const identities: Readonly<Record<Combine, number>> = {
  add: 0,
  mul: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

interface ReduceAttributes extends Attributes {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

/** `sum`, `largest` over `axes`; the kernel is left out, these stand for any reduction in tests of passes. */
function reduction(name: string, combine: 'add' | 'max'): KernelOp {
  const facts = (attributes: Attributes): ReduceAttributes => attributes as ReduceAttributes;
  return {
    kind: 'kernel',
    name,
    doc: { summary: `${name} over axes`, example: '' },
    parameters: [{ name: 'x', kind: 'tensor' }],
    attributes: () => ({ axes: [0], keep: false }),
    infer: ([x], attributes) => {
      const { axes, keep } = facts(attributes);
      if (axes.some(axis => axis >= x.shape.length)) return { code: 'bad-axis', message: 'no such axis' };
      const shape = x.shape.flatMap((extent, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [extent]));
      return { element: x.element, shape };
    },
    evaluate: ([x], attributes, result, round) => {
      const { axes } = facts(attributes);
      const out = new Float64Array(elementCount(result.shape)).fill(identities[combine]);
      const strides = rowMajorStrides(x.type.shape);
      const kept = x.type.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
      const outStrides = rowMajorStrides(kept);
      for (let i = 0; i < x.data.length; i++) {
        const to = strides.reduce(
          (sum, s, axis) =>
            sum + (axes.includes(axis) ? 0 : (Math.floor(i / s) % x.type.shape[axis]) * outStrides[axis]),
          0,
        );
        out[to] = combine === 'add' ? out[to] + x.data[i] : Math.max(out[to], x.data[i]);
      }
      // A row that has become part of a node adds in 64 bits and rounds once, as the real operations' oracles do.
      return out.map(round);
    },
    reduction: attributes => ({ combine, ...facts(attributes) }),
    space: ({ operands: [x], attributes, result }: OpContext) => {
      const { axes } = facts(attributes);
      return { extents: [...result.shape, ...axes.map(axis => x.shape[axis])], combine: axes.map(() => combine) };
    },
    regions: ({ operands: [x] }) => [{ start: x.shape.map(() => 0), count: x.shape, step: x.shape.map(() => 1) }],
    variants: () => [{ name: 'plain', result: 'any', operands: ['any'] }],
    overwrites: () => [],
    kernel: () => {},
  };
}

export const kernelStandIns: readonly KernelOp[] = [product, reduction('sum', 'add'), reduction('largest', 'max')];
