/** Disturbances of the oracle, about as large as the permitted differences between chips. */
import type { OpDef, OpTable, Round, Tensor } from '@tessera-dnn/graph/op';
import { ops } from '@tessera-dnn/ops';

/** By how much rounding to these types changes a number at most, relatively. */
export const narrowRounding = { f16: 2 ** -11, bf16: 2 ** -8 } as const;

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
  if (op === undefined) return op;
  const evaluate: OpDef['evaluate'] = (operands, attributes, result, rounding) =>
    op.evaluate(
      operands.map(operand => disturbed(operand, round, disturbs)),
      attributes,
      result,
      rounding,
    );
  return { ...op, evaluate } as OpDef;
}

/** Floats of 16 bits are rounded where they are stored, and not where they are fused into their users, in either math and any operation. */
function disturbed({ type, data }: Tensor, round: Round, disturbs: boolean): Tensor {
  const { element } = type;
  if (element === 'f16' || element === 'bf16') return { type, data: data.map(x => unrounded(x, element, round)) };
  return element === 'f32' && disturbs ? { type, data: data.map(round) } : { type, data };
}

/** A number that is stored as `x`: with a random part of what rounding to that type may have taken. */
function unrounded(x: number, element: keyof typeof narrowRounding, round: Round): number {
  const chance = (round(Math.PI) / Math.fround(Math.PI) - 1) / noise;
  return x * (1 + chance * narrowRounding[element]);
}
