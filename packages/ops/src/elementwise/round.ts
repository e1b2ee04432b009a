/** The op `round`: the nearest whole number, of two equally near ones the even one; an integer is its own. */

import { scalarOf } from '@tessera-dnn/graph/kernel';
import { elementwise } from '../define/elementwise.ts';

export const round = elementwise({
  name: 'round',
  doc: {
    summary: 'the nearest whole number, of two equally near ones the even one',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  round(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'number',
  scalar: ([x]) => nearestEven(x),
  expression: (k, [x]) => (scalarOf(x.type) === 'i32' ? x : k.nearest(x)),
  bounds: ([[least, greatest]]) => [nearestEven(least), nearestEven(greatest)],
  gradient: 'zero',
});

function nearestEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  // A negative number that is rounded to 0 keeps its sign, as in IEEE 754.
  return up ? (down === -1 ? -0 : down + 1) : down;
}
