/** The op `argmax`: the index of the greatest element along an axis, of equal ones the first. */
import { argReduction } from './arg-reduce.ts';

export const argmax = argReduction({
  name: 'argmax',
  doc: {
    summary: 'where the greatest element lies along an axis, the first of equals',
    example: 'model example(x: f32[2, 3]) -> i32[2] {\n  argmax(x, axis: 1)\n}\n',
  },
  seeks: 'max',
});
