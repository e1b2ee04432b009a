/** The op `sign`: the sign of x: -1, 0 or 1; 0 for NaN, as in PyTorch. */

import { scalarOf } from '@tessera-dnn/graph/kernel';
import { elementwise } from '../define/elementwise.ts';
import { constantLike } from '../math/polynomial.ts';

export const sign = elementwise({
  name: 'sign',
  doc: {
    summary: '-1, 0 or 1, as x is negative, zero or positive',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  sign(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'number',
  scalar: ([x]) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  expression: (k, [x]) => {
    const float = scalarOf(x.type) === 'f32';
    const [minus, zero] = [-1, 0].map(n => (float ? constantLike(k, x, n) : k.constant(x.type, n)));
    return k.select(k.gt(x, 0), 1, k.select(k.lt(x, 0), minus, zero));
  },
  gradient: 'zero',
});
