/** Stand-in elementwise ops for tests: small, total, and with kernels whose roundings are those of the oracle. */
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import type { Problem } from '../op/call.ts';
import type { ElementwiseOp, Round, Tensor } from '../op/op.ts';
import type { ElementType, TensorType } from '../types.ts';
import { elementCount, rowMajorStrides } from '../types.ts';

interface Formula {
  readonly name: string;
  readonly arity: number;
  readonly scalar: (args: readonly number[], round: Round) => number;
  readonly expression: (k: KernelBuilder, args: readonly KernelValue[]) => KernelValue;
  /** Element type of the result, given those of the operands; absent: that of operand 0. */
  readonly element?: ElementType;
  /** Operand types; f32 where absent. */
  readonly takes?: readonly ElementType[];
  /** Of operands of one shape: what is broadcast is not summed back. */
  readonly gradient?: ElementwiseOp['gradient'];
}

const formulas: readonly Formula[] = [
  {
    name: 'add',
    arity: 2,
    scalar: ([a, b], r) => r(a + b),
    expression: (k, [a, b]) => k.add(a, b),
    gradient: ({ upstream }) => [upstream, upstream],
  },
  { name: 'sub', arity: 2, scalar: ([a, b], r) => r(a - b), expression: (k, [a, b]) => k.sub(a, b) },
  {
    name: 'mul',
    arity: 2,
    scalar: ([a, b], r) => r(a * b),
    expression: (k, [a, b]) => k.mul(a, b),
    gradient: ({ build, operands: [a, b], upstream }) => [
      build.op('mul', [upstream, b]),
      build.op('mul', [upstream, a]),
    ],
  },
  { name: 'maximum', arity: 2, scalar: ([a, b]) => Math.max(a, b), expression: (k, [a, b]) => k.max(a, b) },
  {
    name: 'neg',
    arity: 1,
    scalar: ([a]) => -a,
    expression: (k, [a]) => k.neg(a),
    gradient: ({ build, upstream }) => [build.op('neg', [upstream])],
  },
  { name: 'relu', arity: 1, scalar: ([a]) => Math.max(a, 0), expression: (k, [a]) => k.max(a, 0) },
  {
    // Exact on numbers with few bits, and costly enough to be worth keeping.
    name: 'hinge',
    arity: 1,
    scalar: ([a], r) => r(Math.max(-Math.max(-Math.max(-Math.abs(a), -8), 0), Math.floor(a)) - Math.floor(a)),
    expression: (k, [a]) => {
      const low = k.neg(k.max(k.neg(k.max(k.neg(k.abs(a)), -8)), 0));
      const whole = k.floor(a);
      return k.sub(k.max(low, whole), whole);
    },
  },
  {
    name: 'squash',
    arity: 1,
    scalar: ([a], r) => r(a / r(1 + Math.abs(a))),
    expression: (k, [a]) => k.div(a, k.add(k.abs(a), 1)),
  },
  {
    name: 'less',
    arity: 2,
    element: 'bool',
    scalar: ([a, b]) => (a < b ? 1 : 0),
    expression: (k, [a, b]) => k.lt(a, b),
  },
  {
    name: 'where',
    arity: 3,
    element: 'f32',
    takes: ['bool', 'f32', 'f32'],
    scalar: ([c, a, b]) => (c !== 0 ? a : b),
    expression: (k, [c, a, b]) => k.select(c, a, b),
  },
  { name: 'wide', arity: 1, scalar: ([a]) => a, expression: (_k, [a]) => a },
];

export const elementwiseStandIns: readonly ElementwiseOp[] = formulas.map(elementwise);

function elementwise(formula: Formula): ElementwiseOp {
  const { name } = formula;
  return {
    kind: 'elementwise',
    name,
    doc: { summary: `${name} of every element`, example: '' },
    parameters: Array.from({ length: formula.arity }, (_, i) => ({ name: `x${i}`, kind: 'tensor' })),
    attributes: () => ({}),
    infer: operands => infer(formula, operands),
    scalar: (args, _attributes, round) => formula.scalar(args, round),
    expression: (k, args) => formula.expression(k, args),
    ...(formula.gradient === undefined ? {} : { gradient: formula.gradient }),
    evaluate: (operands, _attributes, result, round) => evaluate(formula, operands, result, round),
  };
}

function infer(formula: Formula, operands: readonly TensorType[]): TensorType | Problem {
  const takes = (i: number): ElementType => formula.takes?.[i] ?? 'f32';
  if (operands.length !== formula.arity || operands.some((type, i) => type.element !== takes(i))) {
    return { code: 'type-mismatch', message: `${formula.name} does not take these` };
  }
  const shape = broadcast(operands.map(type => type.shape));
  if (shape === undefined) return { code: 'shape-mismatch', message: 'the shapes do not broadcast' };
  return { element: formula.element ?? 'f32', shape };
}

function broadcast(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(...shapes.map(shape => shape.length));
  const result: number[] = new Array(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      if (shape[i] === 1) continue;
      if (result[axis] !== 1 && result[axis] !== shape[i]) return undefined;
      result[axis] = shape[i];
    }
  }
  return result;
}

function evaluate(formula: Formula, operands: readonly Tensor[], result: TensorType, round: Round): Float64Array {
  const out = new Float64Array(elementCount(result.shape));
  const strides = rowMajorStrides(result.shape);
  for (let i = 0; i < out.length; i++) {
    const coordinates = strides.map((stride, axis) => Math.floor(i / stride) % result.shape[axis]);
    out[i] = formula.scalar(
      operands.map(operand => at(operand, coordinates)),
      round,
    );
  }
  return out;
}

/** The element of a broadcast operand at the result's coordinates. */
function at({ type, data }: Tensor, coordinates: readonly number[]): number {
  const skipped = coordinates.length - type.shape.length;
  const strides = rowMajorStrides(type.shape);
  return data[
    strides.reduce((sum, s, axis) => sum + (type.shape[axis] === 1 ? 0 : s * coordinates[axis + skipped]), 0)
  ];
}
