/** Adam against Kingma and Ba's formulas in 64 bits: the first step, rates near 1, ten thousand steps; and two of them in one file. */
import { describe, expect, it } from 'vitest';
import { instanceOf } from '../support/instance.ts';

interface Rates {
  readonly beta1: number;
  readonly beta2: number;
}

/** Where a weight is after each step with the gradients that `gradientAt` gives, from 0 on. */
function walked({ beta1, beta2 }: Rates, steps: number, rate: number, gradientAt: (step: number) => number): number[] {
  let [weight, mean, square] = [0, 0, 0];
  return Array.from({ length: steps }, (_, i) => {
    const gradient = gradientAt(i);
    mean = beta1 * mean + (1 - beta1) * gradient;
    square = beta2 * square + (1 - beta2) * gradient * gradient;
    const size = Math.sqrt(square / (1 - beta2 ** (i + 1))) + 1e-8;
    weight -= ((rate / (1 - beta1 ** (i + 1))) * mean) / size;
    return weight;
  });
}

describe.each(['fast', 'strict'] as const)('%s', math => {
  it.each([
    { beta1: 0.9, beta2: 0.999 },
    { beta1: 0.9, beta2: 0.999999 },
    { beta1: 0, beta2: 0.99 },
    { beta1: 0.99999, beta2: 0.9999999 },
  ])('$beta1, $beta2', ({ beta1, beta2 }) => {
    const call = `adam(rate: 1, beta1: ${beta1}, beta2: ${beta2})`;
    const chip = instanceOf(
      `train fit(g: f32[]) {\n  param w: f32[] = 0\n  minimize g * w using ${call}\n  return { w }\n}\n`,
      math,
    );
    const gradient = (step: number): number => 1 + (step % 3) / 4;
    const wanted = walked({ beta1, beta2 }, 10, 1, gradient);
    for (const [step, weight] of wanted.entries()) {
      chip.run('fit', { g: [gradient(step)] });
      const [got] = chip.read('w');
      expect(Math.abs(got - weight), `step ${step + 1}: ${got}, not ${weight}`).toBeLessThan(
        1e-6 * (1 + Math.abs(weight)),
      );
    }
  });

  it('corrects its bias for ten thousand steps', () => {
    // The correction alone, by the count of steps that the optimiser is given.
    const chip = instanceOf(
      'model corrections(step: f32[10000]) {\n  return { a: bias_correction(0.9, step), b: bias_correction(0.999, step), c: bias_correction(0.999999, step) }\n}\n',
      math,
    );
    const results = chip.run('corrections', { step: Array.from({ length: 10_000 }, (_, i) => i + 1) });
    for (const [name, beta] of Object.entries({ a: 0.9, b: 0.999, c: 0.999999 })) {
      results[name].forEach((got, i) => {
        // The logarithm of beta carries the error of a logarithm near 1, computed in 64 bits.
        expect(Math.abs(got / -Math.expm1((i + 1) * Math.log(beta)) - 1), `${beta}, step ${i + 1}`).toBeLessThan(4e-7);
      });
    }
  });

  it('two trains of a file count apart', () => {
    const chip = instanceOf(
      ['a', 'b']
        .map(
          name =>
            `train ${name}() {\n  param ${name}0: f32[] = 1\n  minimize ${name}0 using adam(rate: step_decay(0.1, every: 1))\n}\n`,
        )
        .join(''),
      math,
    );
    const at = (path: string): number => chip.read(path)[0];
    chip.run('a');
    chip.run('b');
    expect(at('a0')).toBeCloseTo(0.9, 6);
    expect(at('b0')).toBeCloseTo(0.9, 6);
    chip.run('a');
    expect(at('a0')).toBeCloseTo(0.89, 6);
    expect(at('b0')).toBeCloseTo(0.9, 6);
  });
});
