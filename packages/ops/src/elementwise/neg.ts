/** The op `neg`: minus x. */
import { isInteger } from '@tessera-dnn/graph';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic } from '../define/gradient.ts';
import { asInteger } from '../define/integers.ts';

export const neg = elementwise({
  name: 'neg',
  symbol: '-',
  doc: {
    summary: 'minus x',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  -x\n}\n',
  },
  operands: ['x'],
  accepts: 'number',
  scalar: ([x], _attributes, _round, [element]) => (isInteger(element) ? asInteger(element, -x) : -x),
  expression: (k, [x]) => k.neg(x),
  bounds: ([[least, greatest]]) => [-greatest, -least],
  gradient: ({ build, upstream }) => {
    const { neg } = arithmetic(build);
    return [neg(upstream)];
  },
});
