/**
 * Networks whose tensors and params have 16 bits, trained for a hundred steps: with masters in f32 their losses are those of the same
 * network in f32, which other tests compare with PyTorch's, within 2 %; on one tile and on sixteen, in the sample half of it.
 */
import { tinyChip } from '@tessera-dnn/machine';
import { describe, expect, it, test } from 'vitest';
import { compile } from '../../src/index.ts';
import { instanceOf } from '../support/instance.ts';
import { sampled } from '../support/sample.ts';

interface Network {
  /** The program, over one batch that stays the same; `T` stands for the element type, `KEEP` for the clauses of `minimize`. */
  readonly text: string;
  readonly shape: readonly number[];
  readonly classes: number;
  readonly labels: number;
}

const networks: Readonly<Record<string, Network>> = {
  'an MLP with Adam': {
    text: `
model net(x: T[32, 12]) { x |> dense(48) as a |> gelu |> layer_norm() as n |> dropout(0) |> dense(32) as b |> silu |> dense(5) as c }
train fit(x: f32[32, 12], label: i32[32]) {
  let loss = cross_entropy(net(cast(x, T)), label)
  minimize loss using adam(rate: warmup_cosine(0.01, warmup: 10, total: 200)) clip 5 KEEP
  return { loss }
}
`,
    shape: [32, 12],
    classes: 5,
    labels: 32,
  },
  'a residual net with batch norm': {
    text: `
block part(x, channels) { x |> conv2d(channels, kernel: 3, padding: 1, bias: false) as conv |> batch_norm() as norm }
model net(x: T[16, 3, 8, 8]) {
  let a = x |> part(8) as stem |> relu
  let b = relu(a + (a |> part(8) as first |> relu |> part(8) as second))
  let c = b |> max_pool(2) |> part(16) as third |> hard_swish
  let d = relu(c + (c |> conv2d(16, kernel: 3, padding: 1) as conv |> group_norm(4) as group))
  d |> global_avg_pool |> dense(4) as head
}
train fit(x: f32[16, 3, 8, 8], label: i32[16]) {
  let loss = cross_entropy(net(cast(x, T)), label)
  minimize loss using sgd(rate: 0.002, momentum: 0.9, decay: 1e-4) KEEP
  return { loss }
}
`,
    shape: [16, 3, 8, 8],
    classes: 4,
    labels: 16,
  },
  'a transformer block': {
    text: `
model net(x: T[8, 6, 16]) {
  let y = x + (x |> layer_norm() as n1 |> multi_head_attention(2, causal: true) as attention)
  let z = y + (y |> rms_norm() as n2 |> dense(32) as up |> gelu |> dense(16) as down)
  z |> dense(5) as head
}
train fit(x: f32[8, 6, 16], label: i32[8, 6]) {
  let loss = cross_entropy(transpose(net(cast(x, T)), [0, 2, 1]), label)
  minimize loss using adamw(rate: 0.003) accumulate 2 KEEP
  return { loss }
}
`,
    shape: [8, 6, 16],
    classes: 5,
    labels: 48,
  },
  'an LSTM and a GRU': {
    text: `
model net(x: T[8, 5, 6]) { (x |> lstm(12) as l |> gru(12) as g)[:, -1] |> dense(3) as head }
train fit(x: f32[8, 5, 6], label: i32[8]) {
  let loss = cross_entropy(net(cast(x, T)), label)
  minimize loss using rmsprop(rate: 0.002) KEEP
  return { loss }
}
`,
    shape: [8, 5, 6],
    classes: 3,
    labels: 8,
  },
};

/** The losses of a hundred steps over one batch, from weights that are the same whatever the element type, but for its rounding. */
function lossesOf({ text, shape, classes, labels }: Network, element: string, keep: string, tiles: number): number[] {
  const program = text.replaceAll('T[', `${element}[`).replaceAll(', T)', `, ${element})`).replaceAll(' KEEP', keep);
  const chip = { ...tinyChip, tiles, sramBytes: 2 ** 20 };
  const net = instanceOf(program, 'fast', 1, { chip, verify: true });
  const count = shape.reduce((product, extent) => product * extent, 1);
  const x = Array.from({ length: count }, (_, i) => Math.sin(1 + i * i * 0.37) * 1.5);
  const label = Array.from({ length: labels }, (_, i) => (i * 7) % classes);
  return Array.from({ length: 100 }, () => net.run('fit', { x, label })['loss'][0]);
}

describe.each(Object.entries(networks).map(([name, network], i) => [name, network, i] as const))(
  '%s',
  (_, network, i) => {
    const wanted = lossesOf(network, 'f32', '', 1);

    const settings = [
      ['bf16', '', 1],
      ['bf16', '', 16],
      ['f16', '', 16],
      ['f16', ' scale automatic', 1],
      ['f16', ' scale 256', 16],
    ] as const;
    it.each(sampled(settings, 2, i))('in %s%s on %i tiles', (element, scale, tiles) => {
      const losses = lossesOf(network, element, ` master f32${scale}`, tiles);
      expect(wanted[99]).toBeLessThan(0.9 * wanted[0]);
      losses.forEach((loss, step) => {
        const off = Math.abs(loss - wanted[step]) / Math.max(wanted[step], 0.1 * wanted[0]);
        expect(off, `step ${step}: ${loss}, not ${wanted[step]}`).toBeLessThan(0.02);
      });
    });

    it('learns with states in f32 and no masters', () => {
      const losses = lossesOf(network, 'f16', ' states f32', 1);
      expect(losses[99]).toBeLessThan(0.5 * (wanted[0] + wanted[99]));
    });
  },
);

test('what waits of a softmax for its gradient has 16 bits', () => {
  const text = `
train fit(x: bf16[4, 6, 8]) {
  param w: bf16[8, 8] = normal(0, 1)
  minimize mean(cast(softmax(x @ w) @ transpose(w), f32)) using sgd(rate: 1)
}
`;
  let printed = '';
  const after = (stage: string, print: () => string) => {
    if (stage === 'schedule') printed = print();
  };
  expect(compile({ name: 'softmax.dnn', text }, { verify: true, after }).ok).toBe(true);
  const results = [...printed.matchAll(/^ {2}%(\d+) = .*?: (\w+)\[4, 6, 8\]/gm)].map(([, id, type]) => ({ id, type }));
  const wide = results.filter(({ type }) => type === 'f32').map(({ id }) => readersOf(printed, id));
  // Only the derivative itself is wide, from one node to the next.
  expect(wide.flat().length).toBeLessThanOrEqual(1);
  expect(results.some(({ type }) => type === 'bf16')).toBe(true);
});

/** The lines of a module that read a value. */
function readersOf(printed: string, id: string): readonly string[] {
  return printed.split('\n').filter(line => new RegExp(`\\(.*%${id}\\b.*\\)`).test(line.split('{')[0]));
}

test('a weight that was loaded is where its master begins', () => {
  const text = `
train fit(x: f32[]) {
  param w: bf16[] = 3
  minimize cast(w, f32) * x using sgd(rate: 0.001) master f32
  return { w: cast(w, f32) }
}
model put(to: f32[]) {
  param w: bf16[] = 3
  w := cast(to, bf16)
  return { now: cast(w, f32) }
}
`;
  const net = instanceOf(text, 'strict');
  const step = () => net.run('fit', { x: [1] })['w'][0];
  // A bfloat near 3 has neighbours 1/64 away, and a step is 1/1000.
  const before = Array.from({ length: 20 }, step);
  expect(before[0]).toBe(3);
  expect(before.at(-1)).toBe(3 - 1 / 64);
  expect(net.read('fit.w.sgd.$master')[0]).toBeCloseTo(2.98, 5);
  net.run('put', { to: [2] });
  expect(step()).toBe(2);
  expect(net.read('fit.w.sgd.$master')[0]).toBeCloseTo(1.999, 5);
});
