/** The op `min`: the smallest element over axes; NaN if any of them is NaN. */
import { toFirst } from './first.ts';
import { reduction } from './reduce.ts';

export const min = reduction({
  name: 'min',
  doc: {
    summary: 'the smallest element over axes',
    example: 'model example(x: f32[2, 3]) -> f32[2] {\n  min(x, axis: 1)\n}\n',
  },
  combine: 'min',
  step: Math.min,
  accuracy: 'exact',
  gradient: toFirst('argmin'),
});
