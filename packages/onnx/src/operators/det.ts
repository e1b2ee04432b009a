/** `Det`: determinants of small matrices, by their first row. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { part } from './slice.ts';

export const det: Operator = { name: 'Det', since: { 11: lower } };

function lower(node: Node): Value {
  const x = node.operand(0);
  const rank = x.type.shape.length;
  const [rows, columns] = x.type.shape.slice(-2);
  if (rank < 2 || rows !== columns || rows > 3) refuse('it takes square matrices of at most 3 rows');
  const at = (row: number, column: number) =>
    node.call('reshape', [part(node, part(node, x, rank - 2, row, 1), rank - 1, column, 1)], {
      shape: x.type.shape.slice(0, -2),
    });
  const minor = (list: readonly number[], first: number): Value => {
    if (list.length === 1) return at(first, list[0]);
    return list
      .map((column, i) =>
        node.call('mul', [
          at(first, column),
          minor(
            list.filter((_, other) => other !== i),
            first + 1,
          ),
        ]),
      )
      .reduce((sum, one, i) => node.call(i % 2 === 1 ? 'sub' : 'add', [sum, one]));
  };
  return minor([0, 1, 2].slice(0, rows), 0);
}
