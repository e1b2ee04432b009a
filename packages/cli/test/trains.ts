/** Programs and data for tests of training. */
import { readSafetensors, type StoredTensor, writeNpy } from '@tessera-dnn/formats';
import { expect } from 'vitest';
import { npy, type Place } from './command.ts';

/** A training with everything that a checkpoint has to keep: random numbers, running statistics, counters and an optimiser's states. */
export const remembering = `model net[n = 1](x: f32[n, 4]) -> f32[n, 3] {
  x |> dense(8) as fc1 |> batch_norm() as bn |> relu |> dropout(0.5) |> dense(3) as fc2
}

train fit[n = 4](x: f32[n, 4], y: i32[n]) {
  let logits = net(x)
  let loss = cross_entropy(logits, y)
  minimize loss using adam(rate: warmup_cosine(0.05, 10, 200))
  return { loss, accuracy: mean(argmax(logits, axis: 1) == y) }
}
`;

/** A model with one weight, trained to y = 3x at a rate that is an input. */
export const slope = `model line[n = 1](x: f32[n, 1]) -> f32[n, 1] {
  param w: f32[] = 0
  return w * x
}

train fit[n = 2](x: f32[n, 1], y: f32[n, 1], rate: f32[]) {
  let loss = mse(line(x), y)
  minimize loss using sgd(rate: rate)
  return { loss }
}
`;

/** `count` made-up samples in three classes. */
export function samples(count: number): { readonly 'x.npy': Uint8Array; readonly 'y.npy': Uint8Array } {
  const label = Int32Array.from({ length: count }, (_, i) => (i * 7) % 3);
  const x = Array.from({ length: 4 * count }, (_, i) => label[i >> 2] * ((i % 4) - 1) + (((i * 37) % 101) - 50) / 50);
  return { 'x.npy': npy([count, 4], x), 'y.npy': writeNpy({ element: 'i32', shape: [count], data: label }) };
}

export const sampleFlags = ['--data', 'x=x.npy', '--data', 'y=y.npy'];

/** Five samples of y = 3x. */
export const line = {
  'a.dnn': slope,
  'x.npy': npy([5, 1], [1, 2, 3, 4, 5]),
  'y.npy': npy([5, 1], [3, 6, 9, 12, 15]),
};
export const lineFlags = ['a.dnn', '--data', 'x=x.npy', '--data', 'y=y.npy', '--input', 'rate=0.01'];
/** The program `remembering`, with samples for eight steps and an incomplete ninth. */
export const net = { 'a.dnn': remembering, ...samples(34) };
export const netFlags = ['a.dnn', ...sampleFlags, '--math', 'strict'];

/** The tensors of a file in `here`. */
export function tensors(here: Place, name: string): ReadonlyMap<string, StoredTensor> {
  const read = readSafetensors(new Uint8Array(here.read(name)));
  if (!read.ok) throw new Error(read.diagnostics[0].message);
  return read.value.tensors;
}

/** The lines of a log, which must all be whole. */
export function lines(here: Place, name: string): readonly { readonly [key: string]: number }[] {
  const text = here.read(name).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map(line => JSON.parse(line));
}
