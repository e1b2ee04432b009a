/** Contractions of transposed operands. */
import type { Rule } from '@tessera/graph';
import { numbers, ruleOn } from './match.ts';

export const contractionRules: readonly Rule[] = [
  ruleOn(['matmul'], {
    name: 'matmul-of-transposed',
    doc: 'a matrix product reads a transposed matrix where it lies',
    exact: true,
    apply: (match, { operands, attributes }) => {
      const flags = ['transpose_a', 'transpose_b'];
      const side = operands.findIndex(operand => {
        const { op, attributes: own } = match.node(operand);
        return op === 'transpose' && swapsLastTwo(numbers(own, 'axes'));
      });
      if (side < 0) return undefined;
      const sources = operands.map((operand, i) => (i === side ? match.node(operand).operands[0] : operand));
      return match.op('matmul', sources, { ...attributes, [flags[side]]: attributes[flags[side]] !== true });
    },
  }),
];

function swapsLastTwo(axes: readonly number[]): boolean {
  const rank = axes.length;
  return rank >= 2 && axes.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}
