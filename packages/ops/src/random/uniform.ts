/** The op `random_uniform`: random numbers in [0, 1), all multiples of 2⁻²⁴ with equal probability. */
import { random } from './random.ts';

export const randomUniform = random({
  name: 'random_uniform',
  doc: {
    summary: 'uniform random numbers in [0, 1)',
    example: 'model example(x: f32[2, 3]) -> f32[2, 3] {\n  x + random_uniform([2, 3])\n}\n',
  },
  number: ([word]) => (word >>> 8) * 2 ** -24,
  expression: (k, [word]) => k.mul(k.convert(k.shru(word, 8)), 2 ** -24),
  accuracy: 'exact',
});
