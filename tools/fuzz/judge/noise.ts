/** Disturbances of the oracle, about as large as the permitted differences between chips. */
import type { OpDef, OpTable, Round, Tensor } from '@tessera-dnn/graph/op';
import { ops } from '@tessera-dnn/ops';

/** The relative size of a disturbance: 16 units in the last place. */
const noise = 2 ** -20;

/**
 * A rounding that disturbs its results. Small multiples of 1/64 stay as they are, since sums and products of such numbers are exact on
 * every chip.
 */
export function moved(seed: number): Round {
  let state = Math.imul(seed, 0x9e3779b1);
  return x => {
    const near = Math.fround(x);
    if (Number.isInteger(near * 64) && Math.abs(near) < 2 ** 16) return near;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return near * (1 + (state / 2 ** 31 - 1) * noise);
  };
}

/**
 * Operations, besides sums, whose operands may be unrounded when they are fused. All others may jump if an operand changes slightly, and so
 * get rounded operands.
 */
const smooth = new Set(['add', 'sub', 'mul', 'div', 'avg_pool_gradient']);

/**
 * Operations that add up many terms, which their `accuracy` tells. Their oracles add in 64 bits and round once, while a chip rounds after
 * each addition.
 */
const sums = new Set(ops.all.flatMap(op => ('accuracy' in op && op.accuracy === 'sum' ? [op.name] : [])));

/** The same operations with every term of a sum disturbed independently, which covers the roundings of any order of summation. */
export function summing(table: OpTable, round: Round): OpTable {
  return { ...table, find: name => loose(table.find(name), round, sums.has(name)) };
}

/** The same operations with every use of an operand disturbed independently, for math in which results may be fused into their users. */
export function loosely(table: OpTable, round: Round): OpTable {
  return { ...table, find: name => loose(table.find(name), round, sums.has(name) || smooth.has(name)) };
}

function loose(op: OpDef | undefined, round: Round, disturbs: boolean): OpDef | undefined {
  if (op === undefined || !disturbs) return op;
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
