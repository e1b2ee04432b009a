/** `tessera evaluate`: means over all samples, what is taken for what, and rows of outputs. */
import type { Evaluation } from '@tessera-dnn/chip';
import { writeNpy } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { runAll } from '../src/evaluation/combined.ts';
import { fromNpy, npy, place } from './command.ts';

/** Classes by the sign of one number, and a training around it that would change the state if it trained. */
const signs = `model signs[n = 2](x: f32[n, 1]) -> f32[n, 3] {
  param w: f32[1, 3] = zeros
  let scores = x @ w
  return scores
}

train fit[n = 2](x: f32[n, 1], y: i32[n]) {
  let scores = signs(x)
  let loss = mean(x) + (if training { 100.0 } else { 0.0 })
  let off = mse(scores, scores + 1.0)
  minimize off using sgd(rate: 0.1)
  return { loss, off, scores, hits: mean(argmax(scores, axis: 1) == y) }
}
`;
const labels = Int32Array.of(2, 0, 2, 0, 0);
const files = {
  'a.dnn': signs,
  'x.npy': npy([5, 1], [1, -1, 2, -2, 3]),
  'y.npy': writeNpy({ element: 'i32', shape: [5], data: labels }),
};

describe('evaluate', () => {
  it('takes all samples, changes nothing, and counts what is taken for what', async () => {
    const here = place(files);
    const { writeSafetensors } = await import('@tessera-dnn/formats');
    const w = { element: 'f32', shape: [1, 3], data: Float32Array.of(-1, 0, 1) } as const;
    here.write('w.safetensors', writeSafetensors(new Map([['w', w]])));
    const all = ['--data', 'x=x.npy', '--data', 'y=y.npy', '--weights', 'w.safetensors'];
    const { code, out } = await here.tessera('evaluate', 'a.dnn', ...all, '--output', 'scores=s.npy', '--json');
    expect(code).toBe(0);
    const confusion = {
      output: 'scores',
      correct: 4,
      samples: 5,
      counts: [
        [2, 0, 1],
        [0, 0, 0],
        [0, 0, 2],
      ],
    };
    expect(JSON.parse(out)).toMatchObject({ program: 'fit', samples: 5, batchSize: 2, confusion });
    expect(JSON.parse(out).means).toEqual({
      loss: expect.closeTo(0.6),
      off: expect.closeTo(1),
      hits: expect.closeTo(0.8),
    });
    expect(fromNpy(here.read('s.npy'))).toMatchObject({
      shape: [5, 3],
      data: Float32Array.of(-1, 0, 1, 1, 0, -1, -2, 0, 2, 2, 0, -2, -3, 0, 3),
    });

    const model = ['a.dnn', '--data', 'x=x.npy', '--weights', 'w.safetensors'];
    const labelled = await here.tessera('evaluate', ...model, '--labels', 'y.npy');
    expect(labelled.out).toContain('4 of 5 right by output: 80.0 %\n');
    expect(labelled.out).toMatch(/ {2}0 +2 +· +1 +66.7 %\n/);

    await here.tessera('compile', 'a.dnn', '--program', 'signs', '-o', 'a.wasm');
    const compiled = await here.tessera('evaluate', 'a.wasm', ...model.slice(1), '--json');
    expect(JSON.parse(compiled.out)).toMatchObject({
      samples: 4,
      confusion: null,
      diagnostics: [{ code: 'ragged-batch' }],
    });
  });

  it('that is interrupted has the means of what was run, if anything was', async () => {
    const ran = (samples: number, left: number, means: { readonly [name: string]: number }) => {
      const rows = { scores: { shape: [samples, 1], data: new Float32Array(samples) } };
      return { run: () => Promise.resolve({ ok: true, diagnostics: [], value: { samples, left, means, rows } }) };
    };
    const all = (...parts: readonly ReturnType<typeof ran>[]) => runAll(parts as unknown as readonly Evaluation[], {});
    const [whole, none] = [ran(4, 0, { loss: 2 }), ran(0, 1, {})];
    expect(await all(whole, none)).toMatchObject({ value: { samples: 4, left: 1, means: { loss: 2 } } });
    expect(await all(whole, ran(1, 0, { loss: 7 }))).toMatchObject({ value: { samples: 5, means: { loss: 3 } } });
    expect(await all(none, none)).toMatchObject({ value: { samples: 0, left: 2, means: {} } });

    const here = place(files, { onInterrupt: stop => stop() });
    const { code, out } = await here.tessera('evaluate', 'a.dnn', '--data', 'x=x.npy', '--data', 'y=y.npy');
    expect(code).toBe(130);
    expect(out).toContain('interrupted before the first of 5 samples: there are no means\n');
    expect(out).not.toContain('NaN');
  });

  it.each<[string, readonly string[], string]>([
    [
      'no program for the data',
      ['--data', 'z=x.npy'],
      'none of its programs takes just what is given: a.dnn has signs(x), fit(x, y)',
    ],
    [
      'labels that are no classes',
      ['--data', 'x=x.npy', '--labels', 'bad.npy'],
      'the label of sample 1 is 3, which is none of output’s 3 classes',
    ],
    ['too few labels', ['--data', 'x=x.npy', '--labels', 'few.npy'], 'there are 5 samples, but labels of [2]'],
    [
      'labels of nothing',
      ['--data', 'x=x.npy', '--labels', 'loss=y.npy'],
      'signs has no output loss that tells classes',
    ],
    [
      'outputs without rows',
      ['--data', 'x=x.npy', '--data', 'y=y.npy', '--output', 'loss=o.npy'],
      'loss is f32[] for 2 samples, and has no row',
    ],
    ['uneven data', ['--data', 'x=x.npy', '--data', 'y=few.npy'], 'different numbers of samples: x 5, y 2'],
  ])('refuses %s', async (_, flags, message) => {
    const label = (...of: number[]) => writeNpy({ element: 'i32', shape: [of.length], data: Int32Array.from(of) });
    const here = place({ ...files, 'bad.npy': label(0, 3, 0, 0, 0), 'few.npy': label(0, 1) });
    const { code, err } = await here.tessera('evaluate', 'a.dnn', ...flags);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});
