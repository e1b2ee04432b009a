/** x / (1 + |x|), a sigmoid without exponentials. */
import { elementwise } from '../../src/define/elementwise.ts';
import { arithmetic, one } from '../../src/define/gradient.ts';

export const squash = elementwise({
  name: 'squash',
  doc: {
    summary: 'x / (1 + |x|)',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  squash(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(x / round(1 + Math.abs(x))),
  expression: (k, [x]) => k.div(x, k.add(k.abs(x), 1)),
  // (1 - |y|)²
  gradient: ({ build, result, upstream }) => {
    const { mul, sub, apply } = arithmetic(build);
    const rest = sub(one, apply('abs', result));
    return [mul(upstream, mul(rest, rest))];
  },
});
