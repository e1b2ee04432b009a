/** The smaller of two; NaN if either is. */
import { elementwise } from '../define/elementwise.ts';

export const minimum = elementwise({
  name: 'minimum',
  doc: {
    summary: 'the smaller of two',
    example: 'model example(x: f32[2, 3], y: f32[3]) -> f32[2, 3] {\n  minimum(x, y)\n}\n',
  },
  operands: ['x', 'y'],
  accepts: 'number',
  scalar: ([x, y]) => Math.min(x, y),
  expression: (k, [x, y]) => k.min(x, y),
});
