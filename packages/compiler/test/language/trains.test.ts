/** What a train means beside its optimiser, by numbers computed by hand: order, groups, dropout, scalar inputs. */
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { describe, expect, it } from 'vitest';
import { type Given, Run, trained } from './trains.ts';

/** The last train of a text, differentiated. */
function runOf(text: string, start: Given): Run {
  const module = differentiate.run(trained(text), { table: ops, strict: true });
  const fit = module.programs.findLast(({ kind }) => kind === 'train');
  if (fit === undefined) throw new Error('no train');
  return new Run(module, fit.graph, start);
}

const pair = `model d(x: f32[]) {
  param judge: f32[] = 1
  judge * x
}
model g(x: f32[]) {
  param made: f32[] = 1
  made * x
}
`;

describe('what stands behind a minimize', () => {
  it('sees new values of params, as constants', () => {
    const run = runOf(
      `${pair}train fit(x: f32[]) {
  minimize d(g(x)) using sgd(rate: 0.5) for "judge"
  let after = d(g(x))
  minimize after using sgd(rate: 0.25) for "made"
  return { after }
}
`,
      { judge: [3], made: [2] },
    );
    // judge: 3 - 0.5 · made·x = 3 - 0.5 · 8; the slope by made is the new judge · x, and no part of judge's own update.
    const { after } = run.step({ x: [4] });
    expect(run.at('judge')).toEqual([-1]);
    expect([...after.data]).toEqual([-1 * 2 * 4]);
    expect(run.at('made')).toEqual([2 - 0.25 * (-1 * 4)]);
  });

  it('may rest on a loss from before it', () => {
    const run = runOf(
      `${pair}train fit(x: f32[], slow: f32[], fast: f32[]) {
  let loss = d(g(x))
  minimize loss using sgd(slow) for "judge"
  minimize loss using sgd(fast) for "made"
}
`,
      { judge: [3], made: [2] },
    );
    run.step({ x: [1], slow: [0.25], fast: [2] });
    expect([run.at('judge'), run.at('made')]).toEqual([[3 - 0.25 * 2], [2 - 2 * 3]]);
    run.step({ x: [1], slow: [0], fast: [0] });
    expect([run.at('judge'), run.at('made')]).toEqual([[2.5], [-4]]);
  });
});

describe('a param given a value by hand', () => {
  it('is differentiated where the loss read it, and updated from where it is', () => {
    const run = runOf(
      `train fit(x: f32[]) {
  param w: f32[] = 5
  let before = w * w
  w := minimum(w, 3)
  minimize w * before using sgd(rate: 0.5)
}
`,
      {},
    );
    // The value that the loss depends on last counts: the slope by the clipped w is before = 25.
    run.step({ x: [0] });
    expect(run.at('w')).toEqual([3 - 0.5 * 25]);
  });
});

describe('dropout', () => {
  const run = runOf(
    `model m(x: f32[1000]) {
  param weight: f32[1000] = ones
  dropout(x * weight, 0.25)
}
train fit(x: f32[1000]) {
  let y = m(x)
  minimize sum(y) using sgd(rate: 1)
  return { y, sure: m(x, training: false) }
}
`,
    { $seed: [3], weight: new Array<number>(1000).fill(1) },
  );
  const x = Array.from({ length: 1000 }, (_, i) => i + 1);
  const first = run.step({ x });
  const moved = run.at('weight');
  const kept = [...first['y'].data].map(y => y !== 0);

  it('scales what it keeps, and passes the gradient there only', () => {
    const share = kept.filter(Boolean).length / 1000;
    // Four standard deviations of a binomial mean of 1,000 draws.
    expect(Math.abs(share - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / 1000));
    for (const [i, y] of first['y'].data.entries()) {
      const wanted = kept[i] ? x[i] / 0.75 : 0;
      expect(Math.abs(y - wanted)).toBeLessThanOrEqual(2e-7 * wanted);
      // The loss is the sum: its slope by the weight, which was 1, is y itself.
      expect(Math.abs(1 - moved[i] - wanted)).toBeLessThanOrEqual(2e-7 * wanted);
    }
  });

  it('draws anew in every run, and not where a call is no training', () => {
    // The second call of the model reads the weight after its update.
    expect([...first['sure'].data]).toEqual(x.map((value, i) => Math.fround(value * moved[i])));
    const again = [...run.step({ x })['y'].data].map(y => y !== 0);
    expect(again).not.toEqual(kept);
    expect(run.at('$step')).toEqual([2]);
  });
});
