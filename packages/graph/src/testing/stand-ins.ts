/** A small op table for tests: one or more ops of every kind, so that packages below the real ops can be tested without them. */

import type { CompositeOp, MovementOp, OpDef } from '../op/op.ts';
import type { OpTable, Rule } from '../op/table.ts';
import { elementCount, rowMajorStrides, sameType } from '../types.ts';
import { elementwiseStandIns } from './elementwise.ts';
import { kernelStandIns } from './kernels.ts';

const numbers = (value: unknown): readonly number[] => value as readonly number[];

/** `reshape(x){shape}`: the same elements in row-major order. */
const reshape: MovementOp = {
  kind: 'movement',
  name: 'reshape',
  doc: { summary: 'the same elements in another shape', example: '' },
  parameters: [{ name: 'x', kind: 'tensor' }],
  attributes: () => ({ shape: [] }),
  infer: ([x], { shape }) =>
    elementCount(numbers(shape)) === elementCount(x.shape)
      ? { element: x.element, shape: numbers(shape) }
      : { code: 'shape-mismatch', message: 'the numbers of elements differ' },
  evaluate: ([x]) => x.data.slice(),
  moves: () => [],
};

/** `turn(x)`: all axes in reverse order. */
const turn: MovementOp = {
  kind: 'movement',
  name: 'turn',
  doc: { summary: 'axes in reverse order', example: '' },
  parameters: [{ name: 'x', kind: 'tensor' }],
  attributes: () => ({}),
  infer: ([x]) => ({ element: x.element, shape: [...x.shape].reverse() }),
  evaluate: ([x], _attributes, result) => {
    const out = new Float64Array(x.data.length);
    const strides = rowMajorStrides(result.shape);
    const from = rowMajorStrides(x.type.shape).reverse();
    for (let i = 0; i < out.length; i++) {
      out[i] = x.data[strides.reduce((sum, s, axis) => sum + (Math.floor(i / s) % result.shape[axis]) * from[axis], 0)];
    }
    return out;
  },
  moves: ({ operands: [x] }) => [
    {
      source: { operand: 0, start: x.shape.map(() => 0) },
      to: x.shape.map(() => 0),
      loops: x.shape.map((count, axis) => ({
        count,
        from: { axis, step: 1 },
        to: { axis: x.shape.length - 1 - axis, step: 1 },
      })),
    },
  ],
};

/** `pick(x){index}`: the part of x at a place of its first axis. */
const pick: MovementOp = {
  kind: 'movement',
  name: 'pick',
  doc: { summary: 'the part at a place of the first axis', example: '' },
  parameters: [{ name: 'x', kind: 'tensor' }],
  attributes: () => ({ index: 0 }),
  infer: ([x]) =>
    x.shape.length > 0
      ? { element: x.element, shape: x.shape.slice(1) }
      : { code: 'shape-mismatch', message: 'a scalar has no parts' },
  evaluate: ([x], { index }, result) => {
    const count = elementCount(result.shape);
    return x.data.slice(Number(index) * count, (Number(index) + 1) * count);
  },
  moves: ({ attributes: { index }, result }) => [
    {
      source: { operand: 0, start: [Number(index), ...result.shape.map(() => 0)] },
      to: result.shape.map(() => 0),
      loops: result.shape.map((count, axis) => ({ count, from: { axis: axis + 1, step: 1 }, to: { axis, step: 1 } })),
    },
  ],
};

/** `square(x)`: expands into `mul(x, x)`. */
const square: CompositeOp = {
  kind: 'composite',
  name: 'square',
  doc: { summary: 'x times x', example: '' },
  parameters: [{ name: 'x', kind: 'tensor' }],
  attributes: () => ({}),
  infer: ([x]) => (x.element === 'f32' ? x : { code: 'type-mismatch', message: 'square does not take these' }),
  evaluate: ([x], _attributes, _result, round) => x.data.map(value => round(value * value)),
  expand: (build, [x]) => build.op('mul', [x, x]),
};

const rules: readonly Rule[] = [
  {
    name: 'times-one',
    doc: 'x * 1 is x',
    exact: true,
    apply: ({ node, type }, id) => {
      const { op, operands } = node(id);
      const one = op === 'mul' && node(operands[1]).data === 1;
      return one && sameType(type(operands[0]), type(id)) ? operands[0] : undefined;
    },
  },
  {
    name: 'double-negation',
    doc: '-(-x) is x',
    exact: true,
    apply: ({ node }, id) => {
      const { op, operands } = node(id);
      const inner = op === 'neg' ? node(operands[0]) : undefined;
      return inner?.op === 'neg' ? inner.operands[0] : undefined;
    },
  },
  {
    name: 'add-zero',
    doc: 'x + 0 is x, but for the sign of zero',
    exact: false,
    apply: ({ node, type }, id) => {
      const { op, operands } = node(id);
      const zero = op === 'add' && node(operands[1]).data === 0;
      return zero && type(operands[0]).shape.length === type(id).shape.length ? operands[0] : undefined;
    },
  },
];

const all: readonly OpDef[] = [...elementwiseStandIns, ...kernelStandIns, reshape, turn, pick, square];
const byName = new Map(all.map(op => [op.name, op]));

export const standInOps: OpTable = {
  all,
  rules,
  roles: { addition: 'add' },
  masked: (build, condition, value) => {
    const zero = build.constant({ element: build.type(value).element, shape: [] }, 0);
    return build.op('where', [condition, value, zero]);
  },
  pick: (build, value, index) => build.op('pick', [value], { index }),
  find: name => byName.get(name),
};
