/** The op `floor`: the greatest whole number that is not above x; an integer is its own. */

import { scalarOf } from '@tessera-dnn/graph/kernel';
import { elementwise } from '../define/elementwise.ts';

export const floor = elementwise({
  name: 'floor',
  doc: {
    summary: 'the greatest whole number not above x',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  floor(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'number',
  scalar: ([x]) => Math.floor(x),
  expression: (k, [x]) => (scalarOf(x.type) === 'i32' ? x : k.floor(x)),
  bounds: ([[least, greatest]]) => [Math.floor(least), Math.floor(greatest)],
  gradient: 'zero',
});
