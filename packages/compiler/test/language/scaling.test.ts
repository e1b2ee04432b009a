/**
 * The clause `scale` against PyTorch's `GradScaler`, transcribed here from its documentation, with given gradients, run by run; and in f16,
 * where gradients that are too small or too large for it depend on the scale.
 */
import { tinyChip } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import type { CompileOptions } from '../../src/index.ts';
import { instanceOf } from '../support/instance.ts';
import { type Numbers, Run, trained, withGivenGradients } from './trains.ts';

// ----------------------------------------------------------------------------------------------------------- GradScaler

interface Wanted {
  readonly interval: number;
  readonly clip?: number;
  readonly every: number;
}

/** One param trained by SGD with momentum, under a scale that is found; all in f64. */
class Scaled {
  scale = 1024;
  good = 0;
  weight: Numbers = [1, 1, 1];
  readonly #wanted: Wanted;
  #velocity: Numbers = [0, 0, 0];
  #sum: Numbers | undefined;
  #runs = 0;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** A run with the gradients of the scaled loss. */
  run(gradient: Numbers): void {
    this.#sum = gradient.map((g, i) => g + (this.#sum?.[i] ?? 0));
    const { every, interval } = this.#wanted;
    if (++this.#runs % every > 0) return;
    // `unscale_`, of the mean.
    const mean = this.#sum.map(g => g / this.scale / every);
    this.#sum = undefined;
    const finite = mean.every(Number.isFinite);
    // `step`, which leaves the optimiser out where a gradient is not finite.
    if (finite) this.#step(mean);
    // `update`.
    if (!finite) [this.scale, this.good] = [this.scale / 2, 0];
    else if (++this.good === interval) [this.scale, this.good] = [this.scale * 2, 0];
  }

  #step(gradient: Numbers): void {
    const { clip = Number.POSITIVE_INFINITY } = this.#wanted;
    const factor = Math.min(1, clip / (Math.hypot(...gradient) + 1e-6));
    this.#velocity = this.#velocity.map((v, i) => 0.9 * v + factor * gradient[i]);
    this.weight = this.weight.map((w, i) => w - 0.1 * this.#velocity[i]);
  }
}

const interval = 3;
const bad: Readonly<Record<number, Numbers>> = {
  4: [Number.POSITIVE_INFINITY, 1, 1],
  5: [1, Number.NaN, 1],
  17: [1, 1, Number.NEGATIVE_INFINITY],
};

/** The gradient of the loss itself at run `i`, some of which are no numbers. */
function gradientAt(i: number): Numbers {
  return bad[i] ?? [Math.sin(i), Math.cos(2 * i), 0.5 * Math.sin(3 * i)];
}

describe('scale automatic', () => {
  it.each([
    ['alone', '', undefined, 1],
    ['with clip', 'clip 0.5', 0.5, 1],
    ['with accumulate', 'accumulate 2', undefined, 2],
    ['with both', 'clip 0.5 accumulate 3', 0.5, 3],
  ] as const)('%s decides as GradScaler does', (_name, clauses, clip, every) => {
    const module = trained(`train fit(x: f32[3]) {
  param w: f32[3] = 1
  minimize sum(w * x) using sgd(rate: 0.1, momentum: 0.9) ${clauses} scale automatic(start: 1024, interval: ${interval})
}
`);
    const run = new Run(module, withGivenGradients(module.programs[0]), {});
    const expected = new Scaled({ interval, clip, every });
    for (let i = 0; i < 40; i++) {
      const gradient = gradientAt(i).map(g => g * expected.scale);
      run.step({ x: [1, 2, 3], 'd w': gradient });
      expected.run(gradient);
      expect(run.at('fit.sgd_0.$scale')).toEqual([expected.scale]);
      expect(run.at('fit.sgd_0.$good')).toEqual([expected.good]);
      for (const [at, value] of run.at('w').entries()) expect(value).toBeCloseTo(expected.weight[at], 5);
    }
    expect(expected.scale).not.toBe(1024);
  });

  it('counts no step of an optimiser or a schedule that did not take place', () => {
    const module = trained(`train fit(x: f32[3]) {
  param w: f32[3] = 1
  minimize sum(w * x) using adam(rate: step_decay(0.1, every: 1)) scale automatic
}
`);
    const run = new Run(module, withGivenGradients(module.programs[0]), {});
    expect(run.at('fit.adam_0.$scale')).toEqual([65536]);
    const before = run.at('fit.w.adam.mean');
    run.step({ x: [1, 2, 3], 'd w': bad[5] });
    expect([run.at('w'), run.at('fit.w.adam.mean')]).toEqual([[1, 1, 1], before]);
    expect([run.at('fit.adam_0.step'), run.at('fit.step_decay_0.step')]).toEqual([[0], [0]]);
    run.step({ x: [1, 2, 3], 'd w': [1, 1, 1] });
    expect([run.at('fit.adam_0.step'), run.at('fit.step_decay_0.step')]).toEqual([[1], [1]]);
    expect(run.at('fit.adam_0.$scale')).toEqual([32768]);
  });

  it('stays a number of f32 that is neither infinite nor zero', () => {
    const text = (start: number) => `train fit(x: f32[3]) {
  param w: f32[3] = 1
  minimize sum(w * x) using sgd(rate: 0) scale automatic(start: ${start}, interval: 1)
}
`;
    const scales = (start: number, gradient: Numbers) => {
      const module = trained(text(start));
      const run = new Run(module, withGivenGradients(module.programs[0]), {});
      for (let i = 0; i < 3; i++) run.step({ x: [1, 2, 3], 'd w': gradient });
      return run.at('fit.sgd_0.$scale');
    };
    expect(scales(2 ** 126, [1, 1, 1])).toEqual([2 ** 127]);
    expect(scales(2 ** -125, bad[4])).toEqual([2 ** -126]);
  });

  it('belongs to one minimize, which alone leaves its update out', () => {
    const module = trained(`train fit(x: f32[3]) {
  param a: f32[3] = 1
  param b: f32[3] = 1
  let loss = sum(a * b * x)
  minimize loss using sgd(rate: 1) for "a" scale automatic(start: 4)
  minimize loss using sgd(rate: 1) for "b" scale automatic(start: 8)
}
`);
    const run = new Run(module, withGivenGradients(module.programs[0]), {});
    run.step({ x: [1, 2, 3], 'd a': bad[4], 'd b': [8, 16, 24] });
    expect([run.at('a'), run.at('b')]).toEqual([
      [1, 1, 1],
      [0, -1, -2],
    ]);
    expect([run.at('fit.sgd_0.$scale'), run.at('fit.sgd_1.$scale')]).toEqual([[2], [8]]);
  });
});

// ------------------------------------------------------------------------------------------------------------------ f16

/** A network in f16, by its own types or by the precision, whose loss has slopes of about `size`. */
function tinySlopes(element: 'f16' | 'f32', clauses: string, size: number): string {
  return `train fit(x: ${element}[8, 16], y: f32[8, 4]) {
  let hidden = x |> dense(16) as a |> tanh
  let loss = ${size} * mse(hidden |> dense(4) as b, y)
  minimize loss using sgd(rate: ${0.1 / size}) ${clauses}
  return { loss: loss / ${size} }
}
`;
}

const x = Array.from({ length: 128 }, (_, i) => Math.sin(i * i));
const y = Array.from({ length: 32 }, (_, i) => Math.cos(3 * i));

function lossesOf(text: string, math: 'fast' | 'strict', options: CompileOptions = {}, steps = 60): readonly number[] {
  const net = instanceOf(text, math, 1, { verify: true, ...options });
  return Array.from({ length: steps }, () => net.run('fit', { x, y })['loss'][0]);
}

describe.each([
  ['f16', {}],
  ['f32', { precision: 'f16' }],
] as const)('a network of %s, stored in f16', (element, options) => {
  const wide = lossesOf(tinySlopes('f32', '', 1e-7), 'fast');

  it('learns nothing from gradients that vanish, and all from scaled ones', () => {
    const without = lossesOf(tinySlopes(element, 'master f32', 1e-7), 'fast', options);
    expect(without[59]).toBeGreaterThan(0.9 * without[0]);
    for (const clause of ['scale 4194304', 'scale automatic(start: 4194304)']) {
      const losses = lossesOf(tinySlopes(element, `master f32 ${clause}`, 1e-7), 'fast', options);
      losses.forEach((loss, step) => {
        expect(Math.abs(loss - wide[step]), `step ${step}: ${loss}, not ${wide[step]}`).toBeLessThan(0.02 * wide[0]);
      });
    }
  });

  it('leaves out steps that overflow until the scale fits', () => {
    const text = tinySlopes(element, 'master f32 scale automatic(start: 16777216)', 1);
    const net = instanceOf(text, 'fast', 1, { verify: true, ...options });
    const scales: number[] = [];
    const losses = Array.from({ length: 60 }, () => {
      const { loss } = net.run('fit', { x, y });
      scales.push(net.read('fit.sgd_0.$scale')[0]);
      return loss[0];
    });
    const skipped = scales.findIndex((scale, i) => i > 0 && scale === scales[i - 1]);
    expect(skipped).toBeGreaterThan(1);
    expect(new Set(losses.slice(0, skipped + 1)).size).toBe(1);
    expect(scales[59]).toBe(scales[skipped]);
    losses.slice(skipped).forEach((loss, step) => {
      expect(Math.abs(loss - wide[step]), `step ${step}: ${loss}, not ${wide[step]}`).toBeLessThan(0.02 * wide[0]);
    });
  });
});

it('has the same bits with all options of memory, and on tiles', () => {
  const text = tinySlopes('f32', 'clip 1 accumulate 2 states f16 scale automatic(start: 16777216, interval: 4)', 1);
  for (const tiles of [1, 16]) {
    const chip = { ...tinyChip, tiles, sramBytes: 2 ** 20 };
    const usual = lossesOf(text, 'strict', { chip, precision: 'f16' }, 40);
    expect(usual[39]).toBeLessThan(0.9 * usual[0]);
    const others: readonly CompileOptions[] = [
      { recompute: 'sqrt' },
      { inPlace: false, reuse: false },
      { chip: { ...chip, workers: 1, packed: true } },
    ];
    for (const other of others) {
      expect(lossesOf(text, 'strict', { chip, precision: 'f16', ...other }, 40)).toEqual(usual);
    }
  }
});
