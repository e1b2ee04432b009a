/** `Trilu`: one triangle of matrices, zeros elsewhere. `Dropout`, which does nothing when a model runs. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

export const masks: readonly Operator[] = [
  { name: 'Trilu', since: { 14: triangle } },
  { name: 'Dropout', since: { 1: dropout, 12: dropout } },
];

function triangle(node: Node): Value {
  const x = node.operand(0);
  const [rows, columns] = x.type.shape.slice(-2);
  const [k] = node.optionalNumbers(1) ?? [0];
  const upper = node.flag('upper', true);
  if (x.type.shape.includes(0)) return x;
  const mask = Float64Array.from({ length: rows * columns }, (_, at) => {
    const distance = (at % columns) - Math.floor(at / columns);
    return Number(upper ? distance >= k : distance <= k);
  });
  return node.call('where', [node.constant('bool', [rows, columns], mask), x, 0]);
}

function dropout(node: Node): readonly Value[] {
  node.ignore('ratio', 'seed', 'is_test', 'consumed_inputs');
  const x = node.operand(0);
  const ratio = node.optional(1);
  const [inTraining] = node.optionalNumbers(2) ?? [0];
  const isZero = ratio?.source.kind === 'constant' && ratio.source.data[0] === 0;
  if (inTraining !== 0 && !isZero) refuse('it drops elements at random, as in training');
  return [x, node.constant('bool', x.type.shape, 1)];
}
