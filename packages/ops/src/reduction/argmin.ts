/** The op `argmin`: the index of the smallest element along an axis, of equal ones the first. */
import { argReduction } from './arg-reduce.ts';

export const argmin = argReduction({
  name: 'argmin',
  doc: {
    summary: 'where the smallest element lies along an axis, the first of equals',
    example: 'model example(x: f32[2, 3]) -> i32[2] {\n  argmin(x, axis: 1)\n}\n',
  },
  seeks: 'min',
});
