/** The op `sum`: the sum over axes. A `bool` counts as 0 or 1 in f32. */
import { spread } from '../define/gradient.ts';
import { reduction } from './reduce.ts';

export const sum = reduction({
  name: 'sum',
  doc: {
    summary: 'the sum over axes',
    example: 'model example(x: f32[2, 3]) -> f32[2] {\n  sum(x, axis: 1)\n}\n',
  },
  combine: 'add',
  step: (a, b) => a + b,
  takesBool: true,
  accuracy: 'sum',
  gradient: ({ build, operands: [x], upstream, attributes: { axes } }) => [
    spread(build, upstream, build.type(x).shape, axes),
  ],
});
