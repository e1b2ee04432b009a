/** The op `prod`: the product over axes. */
import { productGradient } from './product-gradient.ts';
import { reduction } from './reduce.ts';

export const prod = reduction({
  name: 'prod',
  doc: {
    summary: 'the product over axes',
    example: 'model example(x: f32[2, 3]) -> f32[2] {\n  prod(x, axis: 1)\n}\n',
  },
  combine: 'mul',
  step: (a, b) => a * b,
  accuracy: 'sum',
  // The product of a few hundred such numbers neither overflows nor becomes 0.
  values: [0.5, 1.8],
  gradient: productGradient,
});
