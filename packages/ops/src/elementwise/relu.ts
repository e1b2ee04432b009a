/** The op `relu`: max(x, 0); NaN stays NaN. */
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, zero } from '../define/gradient.ts';

export const relu = elementwise({
  name: 'relu',
  doc: {
    summary: 'x where it is positive, else zero',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  relu(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'number',
  scalar: ([x]) => Math.max(x, 0),
  expression: (k, [x]) => k.max(x, 0),
  bounds: ([[least, greatest]]) => [Math.max(least, 0), Math.max(greatest, 0)],
  gradient: ({ build, result, upstream }) => {
    const { where, compare } = arithmetic(build);
    // The comparison is false for NaN, so that a NaN passes the derivative on.
    return [where(compare('le', result, zero), zero, upstream)];
  },
});
