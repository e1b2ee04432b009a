/** Disturbances of the oracle, about as large as what chips may do differently. */
import type { OpDef, OpTable, Round, Tensor } from '@tessera/graph';

/** Relative size of a disturbance: 16 units in the last place. */
const noise = 2 ** -20;

/** A rounding that moves its results. Small multiples of 1/64 stay as they are: sums and products of such numbers are exact on every chip. */
export function moved(seed: number): Round {
  let state = Math.imul(seed, 0x9e3779b1);
  return x => {
    const near = Math.fround(x);
    if (Number.isInteger(near * 64) && Math.abs(near) < 2 ** 16) return near;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return near * (1 + (state / 2 ** 31 - 1) * noise);
  };
}

/** Operations whose operands may come unrounded where they are fused; all others look at what they are given, and may jump. */
const smooth = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'sum',
  'mean',
  'matmul',
  'conv',
  'conv_transpose',
  'conv_weight_gradient',
  'cumsum',
  'avg_pool',
  'avg_pool_gradient',
]);

/** The same operations with every use of an operand disturbed by itself. */
export function loosely(table: OpTable, round: Round): OpTable {
  return { ...table, find: name => loose(table.find(name), round) };
}

function loose(op: OpDef | undefined, round: Round): OpDef | undefined {
  if (op === undefined || !smooth.has(op.name)) return op;
  const evaluate: OpDef['evaluate'] = (operands, attributes, result, rounding) =>
    op.evaluate(
      operands.map(operand => disturbed(operand, round)),
      attributes,
      result,
      rounding,
    );
  return { ...op, evaluate } as OpDef;
}

function disturbed({ type, data }: Tensor, round: Round): Tensor {
  return type.element === 'f32' ? { type, data: data.map(round) } : { type, data };
}
