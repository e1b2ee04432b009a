/** The op `abs`: the absolute value. */
import { isInteger } from '@tessera-dnn/graph';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { asInteger } from '../define/integers.ts';

export const abs = elementwise({
  name: 'abs',
  doc: {
    summary: 'the absolute value',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  abs(x)\n}\n',
  },
  operands: ['x'],
  accepts: 'number',
  scalar: ([x], _attributes, _round, [element]) => (isInteger(element) ? asInteger(element, Math.abs(x)) : Math.abs(x)),
  expression: (k, [x]) => k.abs(x),
  bounds: ([[least, greatest]]) => [Math.max(least, -greatest, 0), Math.max(-least, greatest)],
  gradient: ({ build, operands: [x], upstream }) => {
    const { mul, apply } = arithmetic(build);
    return [mul(upstream, apply('sign', x))];
  },
});
