/** Trainings that store 16 bits follow those that store 32, on one tile and on many (in the sample on one of the two). */
import { type ChipSpec, hostChip } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { type CompileOptions, compile } from '../src/index.ts';
import { instanceOf } from './support/instance.ts';
import { chipOf, sampleData } from './support/run-module.ts';
import { sampled } from './support/sample.ts';

const steps = 100;

const trainings = {
  mlp: `train fit(x: f32[16, 12], target: i32[16]) {
  let loss = x |> dense(32) |> relu |> dense(32) |> relu |> dense(4) |> cross_entropy(target)
  minimize loss using adam(rate: 2e-3)
  return { loss }
}
`,
  residual: `train fit(x: f32[8, 3, 8, 8], target: i32[8]) {
  let a = x |> conv2d(8, kernel: 3, padding: 1, bias: false) as c1 |> batch_norm as b1 |> relu
  let b = a |> conv2d(8, kernel: 3, padding: 1, bias: false) as c2 |> batch_norm as b2
  let loss = relu(a + b) |> global_avg_pool |> dense(4) as fc |> cross_entropy(target)
  minimize loss using sgd(rate: 0.02, momentum: 0.9)
  return { loss }
}
`,
  transformer: `train fit(x: f32[4, 6, 16], target: i32[4]) {
  let a = x + (x |> layer_norm as n1 |> multi_head_attention(heads: 2) as attention)
  let b = a + (a |> layer_norm as n2 |> dense(32) as up |> gelu |> dense(16) as down)
  let loss = mean(b, axis: 1) |> dense(4) as head |> cross_entropy(target)
  minimize loss using adamw(rate: 1e-3)
  return { loss }
}
`,
};

type Narrow = Pick<CompileOptions, 'precision' | 'masterWeights'>;

function lossesOf(text: string, chip: ChipSpec, narrow: Narrow): readonly number[] {
  const { run } = instanceOf(text, 'fast', 1, { chip, verify: true, ...narrow });
  const [, x] = /x: f32\[([^\]]+)\]/.exec(text) as RegExpExecArray;
  const shape = x.split(', ').map(Number);
  const inputs = {
    x: [...sampleData({ element: 'f32', shape }, 1)],
    target: Array.from({ length: shape[0] }, (_, i) => (3 * i + (i >> 2)) % 4),
  };
  return Array.from({ length: steps }, () => run('fit', inputs)['loss'][0]);
}

describe.each(Object.entries(trainings))('%s', (_name, text) => {
  let wide: readonly number[] | undefined;
  it.each([
    ['', { precision: 'bf16', masterWeights: true }, 0],
    ['', { precision: 'f16', masterWeights: true }, 1],
    ['scale automatic(start: 1024, interval: 20)', { precision: 'f16', masterWeights: true }, 0],
    ['scale automatic(start: 1024, interval: 20)', { precision: 'bf16', masterWeights: true }, 1],
  ] as const)('%s with %o', (clause, narrow, first) => {
    const known = (wide ??= lossesOf(text, hostChip, {}));
    const scaled = text.replace(/( *minimize .*)\n/, `$1 ${clause}\n`);
    for (const chip of sampled([hostChip, chipOf(16)], 2, first)) {
      const losses = lossesOf(scaled, chip, narrow);
      losses.forEach((loss, step) => {
        expect(Math.abs(loss - known[step]), `${chip.name}, step ${step}: ${loss}, not ${known[step]}`).toBeLessThan(
          0.02 * known[0],
        );
      });
    }
  });
});

it('is the file’s, unless the caller asks for another', () => {
  const text = (precision: string) => `${precision}model m(x: f32[2, 3]) {
  param w: f32[3] = uniform(-1, 1)
  return relu(x * w)
}
`;
  const bytesOf = (precision: string, options: CompileOptions = {}) => {
    const outcome = compile({ name: 'm.dnn', text: text(precision) }, options);
    return outcome.ok && Buffer.from(outcome.value.bytes).toString('base64');
  };
  expect(bytesOf('precision bf16\n')).toBe(bytesOf('', { precision: 'bf16' }));
  expect(bytesOf('precision bf16\n', { precision: 'f16' })).toBe(bytesOf('', { precision: 'f16' }));
  expect(bytesOf('precision bf16\n', { precision: 'f32' })).toBe(bytesOf(''));
  expect(bytesOf('', { precision: 'bf16' })).not.toBe(bytesOf(''));
});

it('stores what a minimize asks for as it asks for it', () => {
  const text = `train fit(x: f32[2, 3]) {
  param w: f32[2, 3] = ones
  param b: f32[2, 3] = ones
  param c: f32[2, 3] = ones
  let loss = mean((w * x + b) * c)
  minimize loss using sgd(rate: 1, momentum: 0.9) for "w"
  minimize loss using sgd(rate: 1, momentum: 0.9) for "b" master f32
  minimize loss using sgd(rate: 1, momentum: 0.9) for "c" states f32
  return { loss }
}
`;
  const typesOf = (options: CompileOptions) => {
    const outcome = compile({ name: 'm.dnn', text }, { precision: 'f16', verify: true, ...options });
    const variables = outcome.ok ? outcome.value.manifest.variables : [];
    return Object.fromEntries(variables.map(({ path, type }) => [path, type]));
  };
  const asked = { b: 'f32', 'fit.b.sgd.velocity': 'f32', 'fit.c.sgd.velocity': 'f32' };
  expect(typesOf({})).toMatchObject({ ...asked, w: 'f16', 'fit.w.sgd.velocity': 'f16', c: 'f16' });
  expect(typesOf({ masterWeights: true })).toMatchObject({ ...asked, w: 'f32', 'fit.w.sgd.velocity': 'f32', c: 'f32' });
});

it('stores in full what in_full says, and what is computed from it element by element', () => {
  const text = `model m(x: f32[4, 4], y: f32[4, 4]) {
  let a = tanh(in_full(relu(x)))
  let b = relu(a @ y)
  return b @ a
}
`;
  let printed = '';
  const after = (stage: string, print: () => string) => {
    if (stage === 'narrow') printed = print();
  };
  expect(compile({ name: 'm.dnn', text }, { precision: 'f16', verify: true, after }).ok).toBe(true);
  const types = [...printed.matchAll(/ = (\w+)\(.*?: (\w+)\[/g)].map(([, op, type]) => `${op} ${type}`);
  expect(types.filter(one => !one.startsWith('input'))).toEqual(['map f32', 'matmul f16', 'matmul f32']);
});

it('leaves the scale of levels in 32 bits', () => {
  const text = `model m(x: f32[2, 3]) {
  param scale: f32[3] = ones
  param w: f32[3] = ones
  return dequantize(quantize(x * w, scale, axis: 1), scale, axis: 1)
}
`;
  const outcome = compile({ name: 'm.dnn', text }, { precision: 'bf16', verify: true });
  expect(outcome.diagnostics).toEqual([]);
  const types = outcome.ok && outcome.value.manifest.variables.map(({ path, type }) => [path, type]);
  expect(types).toEqual([
    ['scale', 'f32'],
    ['w', 'bf16'],
  ]);
});
