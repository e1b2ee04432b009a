/** The smaller of two; NaN if either is. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, zero } from '../define/gradient.ts';

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
  gradient: ({ build, operands: [x, y], upstream }) => {
    const { where, compare } = arithmetic(build);
    // Of equal ones the first, as everywhere.
    const first = compare('le', x, y);
    return [where(first, upstream, zero), where(first, zero, upstream)];
  },
});
