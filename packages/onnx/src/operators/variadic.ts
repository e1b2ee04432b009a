/** Operators of any number of operands that broadcast: `Max`, `Min`, `Sum`, `Mean`. */
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

const folded = (node: Node, op: string): Value => {
  node.ignore('consumed_inputs');
  return node.operands().reduce((result, one) => node.call(op, [result, one]));
};

export const variadicOperators: readonly Operator[] = [
  { name: 'Max', since: { 1: node => folded(node, 'maximum') } },
  { name: 'Min', since: { 1: node => folded(node, 'minimum') } },
  { name: 'Sum', since: { 1: node => folded(node, 'add') } },
  {
    name: 'Mean',
    since: { 1: node => (node.count === 1 ? node.operand(0) : node.call('div', [folded(node, 'add'), node.count])) },
  },
];
