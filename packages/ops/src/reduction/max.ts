/** The op `max`: the greatest element over axes; NaN if any of them is NaN. */
import { toFirst } from './first.ts';
import { reduction } from './reduce.ts';

export const max = reduction({
  name: 'max',
  doc: {
    summary: 'the greatest element over axes',
    example: 'model example(x: f32[2, 3]) -> f32[2] {\n  max(x, axis: 1)\n}\n',
  },
  combine: 'max',
  step: Math.max,
  accuracy: 'exact',
  gradient: toFirst('argmax'),
});
