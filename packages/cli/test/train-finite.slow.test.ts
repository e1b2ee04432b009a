/** `tessera train` when a loss or a weight becomes NaN or infinite. */
import { readSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { npy, type Place, place } from './command.ts';
import { tensors } from './trains.ts';

describe('what is no number', () => {
  // exp overflows at 89: with x = 10 the loss is infinite, and its gradient not a number.
  const text = `train fit[n = 1](x: f32[n, 2]) {
  param w: f32[2] = ones
  let large = exp(w * x)
  let loss = sum(large - large)
  minimize loss using sgd(rate: 0.1)
  return { loss }
}
`;
  const files = { 'a.dnn': text, 'x.npy': npy([3, 2], [1, 1, 1, 1, 1, 1000]) };
  const flags = ['a.dnn', '--data', 'x=x.npy', '--no-shuffle', '--save', 'w.safetensors'];

  it('stops with the step, and leaves the saved file alone', async () => {
    const here = place(files);
    await here.tessera('train', ...flags);
    const { code, err } = await here.tessera('train', ...flags);
    expect(code).toBe(1);
    expect(err).toContain('error[non-finite-loss]: loss is NaN at step 3\n   note: --check-finite says which');
    expect(here.names()).toEqual(['a.dnn', 'x.npy']);
    const every = await here.tessera('train', ...flags, '--save-every', '1');
    expect(every.code).toBe(1);
    expect(JSON.parse(metadata(here))).toMatchObject({ steps: 2 });
  });

  it('is found with --check-finite, and nothing is lost', async () => {
    const here = place(files);
    const { code, err } = await here.tessera('train', ...flags, '--check-finite');
    expect(code).toBe(1);
    expect(err).toContain('error[non-finite-loss]: loss is NaN at step 3');
    expect(err).toMatch(/note: .*f32\[1, 2\], has infinite elements +a\.dnn:3:15/);
    expect(err).toContain('note: w.safetensors holds the training as it was before, after step 2');
    expect(JSON.parse(metadata(here))).toMatchObject({ steps: 2 });
    expect([...(tensors(here, 'w.safetensors').get('w')?.data ?? [])].every(Number.isFinite)).toBe(true);
  });

  it('is found on many tiles', async () => {
    const { err } = await place(files).tessera('train', ...flags, '--check-finite', '--chip', 'tiny');
    expect(err).toMatch(/note: .* infinite elements +a\.dnn:3:15/);
  });

  it('may be in the data', async () => {
    const here = place({ ...files, 'x.npy': npy([1, 2], [Number.NaN, 0]) });
    const { err } = await here.tessera('train', ...flags, '--check-finite');
    expect(err).toContain('note: the data itself has it: input x has NaN elements');
  });

  it('in a weight is not saved', async () => {
    const grows = text.replace('sum(large - large)', 'sum(w * x)').replace('rate: 0.1', 'rate: 2e38');
    const here = place({ ...files, 'a.dnn': grows, 'x.npy': npy([2, 2], [1, 0, 1, 0]) });
    const { code, err } = await here.tessera('train', ...flags);
    expect(code).toBe(1);
    expect(err).toContain('error[non-finite-weights]: w has an element that is negative infinite after step 2');
    expect(here.names()).toEqual(['a.dnn', 'x.npy']);
    const found = await here.tessera('train', ...flags, '--check-finite');
    expect(found.err).toMatch(/note: .*f32\[2\], has infinite elements +a\.dnn:5:23/);
    expect(JSON.parse(metadata(here))).toMatchObject({ steps: 1 });
  });
});

function metadata(here: Place): string {
  const read = readSafetensors(new Uint8Array(here.read('w.safetensors')));
  return (read.ok && read.value.metadata.get('tessera.training')) || '{}';
}
