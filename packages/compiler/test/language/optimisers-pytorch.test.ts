/** Optimisers, schedules, clipping and accumulation against PyTorch, run by run, with given gradients. */
import { readFileSync } from 'node:fs';
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { describe, expect, it } from 'vitest';
import { type Given, type Numbers, Run, trained, withGivenGradients } from './trains.ts';

interface Case {
  readonly name: string;
  /** What stands after `using`. */
  readonly clause: string;
  readonly start: Given;
  readonly runs: readonly { readonly gradients: Given; readonly params: Given }[];
}

interface Answers {
  readonly cases: readonly Case[];
  readonly schedules: readonly { readonly call: string; readonly rates: Numbers }[];
  readonly slopes: readonly {
    readonly call: string;
    readonly x: Numbers;
    readonly upstream: Numbers;
    readonly gradient: Numbers;
  }[];
}

const answers: Answers = JSON.parse(readFileSync(new URL('pytorch/training.json', import.meta.url), 'utf8'));

const model = `model m(x: f32[3]) {
  param weight: f32[2, 3] = zeros
  param bias: f32[3] = zeros
  sum(x * weight + bias)
}
`;

describe('optimisers update as PyTorch’s do', () => {
  it.each(answers.cases.map(given => [given.name, given] as const))('%s', (_name, { clause, start, runs }) => {
    const module = trained(`${model}train t(x: f32[3]) {\n  minimize m(x) using ${clause}\n}\n`);
    const run = new Run(module, withGivenGradients(module.programs[1]), start);
    for (const { gradients, params } of runs) {
      run.step({ x: [1, 2, 3], 'd weight': gradients['weight'], 'd bias': gradients['bias'] });
      for (const [path, expected] of Object.entries(params)) expectClose(run.at(path), expected);
    }
  });
});

describe('schedules give PyTorch’s rates', () => {
  it.each(answers.schedules.map(({ call, rates }) => [call, rates] as const))('%s', (call, rates) => {
    const module = trained(`train t(x: f32[]) {\n  return { x, rate: ${call} }\n}\n`);
    const run = new Run(module, module.programs[0].graph, {});
    const given = rates.map(() => run.step({ x: [0] })['rate'].data[0]);
    expectClose(given, rates);
  });
});

describe('activations have PyTorch’s slopes, at the edges of f32 too', () => {
  it.each(answers.slopes.map(given => [given.call, given] as const))('%s', (call, { x, upstream, gradient }) => {
    const shape = `f32[${x.length}]`;
    const text = `train t(x: ${shape}, upstream: ${shape}) {
  param moved: ${shape} = zeros
  minimize sum((x + moved |> ${call}) * upstream) using sgd(rate: 1)
}
`;
    const module = differentiate.run(trained(text), { table: ops, strict: true });
    const run = new Run(module, module.programs[0].graph, {});
    run.step({ x, upstream });
    expectClose(
      run.at('moved').map(step => -step),
      gradient,
    );
  });
});

function expectClose(actual: Numbers, expected: Numbers): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, wanted] of expected.entries()) {
    expect(Math.abs(actual[i] - wanted), `element ${i}: ${actual[i]}, PyTorch ${wanted}`).toBeLessThan(
      5e-7 + 5e-7 * Math.abs(wanted),
    );
  }
}
