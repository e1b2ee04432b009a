/** `tessera train`, in this process: what it learns, logs and keeps. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { writeNpy, writeSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it, vi } from 'vitest';
import { fromNpy, npy, type Place, place } from './command.ts';
import { line, lineFlags, lines, net, netFlags, sampleFlags, tensors } from './trains.ts';

describe('train', () => {
  it('learns, says so, and keeps what it learnt', async () => {
    const here = place(line);
    const { code, out, err } = await here.tessera('train', ...lineFlags, '--epochs', '30', '--save', 'w.safetensors');
    expect(code).toBe(0);
    expect(out).toMatch(/^fit on host, 1 tile, fast math\n60 steps of 2 samples in .* samples\/s on this host\nloss /);
    expect(out).toContain('w.safetensors holds');
    expect(err).toContain('warning[ragged-batch]: 5 samples are no multiple of 2: in every epoch 1 are left out');
    expect(err).toMatch(/^epoch 30\/30 {2}loss \S+ {2}[\d,]+ samples\/s$/m);
    expect(tensors(here, 'w.safetensors').get('w')?.data[0]).toBeCloseTo(3, 3);
  });

  it('agrees with PyTorch over twenty steps', async () => {
    const fixture = (name: string) => readFileSync(new URL(`fixtures/lenet-fit.${name}`, import.meta.url));
    const here = place({
      'lenet.dnn': readFileSync(new URL('../../compiler/test/fixtures/lenet.dnn', import.meta.url)),
      'image.npy': gunzipSync(fixture('image.npy.gz')),
      'label.npy': fixture('label.npy'),
      'begin.safetensors': fixture('weights.safetensors'),
      'theirs.safetensors': fixture('final.safetensors'),
    });
    const data = ['--data', 'image=image.npy', '--data', 'label=label.npy', '--weights', 'begin.safetensors'];
    const keep = ['--log', 'log.jsonl', '--save', 'ours.safetensors'];
    const { code } = await here.tessera('train', 'lenet.dnn', ...data, '--no-shuffle', ...keep);
    expect(code).toBe(0);
    const theirs = [...(fromNpy(fixture('losses.npy')).data as Float32Array)];
    const ours = lines(here, 'log.jsonl').map(({ loss }) => loss);
    expect(Math.max(...ours.map((loss, i) => Math.abs(loss / theirs[i] - 1)))).toBeLessThan(1e-3);
    expect(ours).toHaveLength(20);
    expect(updateError(here)).toBeLessThan(2e-2);
  });

  it('logs every output of one element, a line a step', async () => {
    const here = place(net);
    const { err } = await here.tessera('train', ...netFlags, '--epochs', '2', '--log', 'log.jsonl');
    const log = lines(here, 'log.jsonl');
    expect(log.map(({ step, epoch }) => [step, epoch])).toEqual(
      Array.from({ length: 16 }, (_, i) => [i + 1, i < 8 ? 1 : 2]),
    );
    expect(Object.keys(log[0])).toEqual(['step', 'epoch', 'loss', 'accuracy']);
    expect(err).toMatch(/^epoch \d+\/\d+ {2}loss \S+ {2}accuracy \S+ {2}[\d,]+ samples\/s$/m);
    await here.tessera('train', ...netFlags, '--log', 'log.jsonl');
    expect(lines(here, 'log.jsonl')).toEqual(log.slice(0, 8));
  });

  it('gives programs numbers', async () => {
    const flags = ['--epochs', '3', '--seed', '4', '--json'];
    const { code, out } = await place(line).tessera('train', ...lineFlags, ...flags);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ program: 'fit', chip: 'host', tiles: 1, samples: 5, batchSize: 2, stepsPerEpoch: 2, shuffle: true },
      ...{ initialised: { seed: 4, params: 1, states: 0 }, interrupted: false, steps: 6, epochs: 3, saved: null },
      epochLosses: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }],
      diagnostics: [{ code: 'ragged-batch' }],
    });
  });

  it('takes the size of a batch from the program, a flag or a setting, and other dimensions from the data', async () => {
    const text = `train fit[n = 2, k](x: f32[n, k], y: f32[n]) {
  let loss = mse(flatten(dense(x, 1) as fc)[:, 0], y)
  minimize loss using sgd(rate: 0.01)
}
`;
    const here = place({
      'a.dnn': text,
      'x.npy': npy([8, 3], new Array(24).fill(1)),
      'y.npy': npy([8], new Array(8).fill(1)),
    });
    const sizes = async (...flags: string[]) => {
      const { out } = await here.tessera('train', 'a.dnn', ...sampleFlags, '--json', ...flags);
      return JSON.parse(out).batchSize ?? JSON.parse(out).diagnostics[0].code;
    };
    expect(await sizes()).toBe(2);
    expect(await sizes('--batch', '4')).toBe(4);
    expect(await sizes('--set', 'fit.n=8')).toBe(8);
    expect(await sizes('--batch', '9')).toBe('too-few-samples');
    await here.tessera('compile', 'a.dnn', '--set', 'fit.k=3', '-o', 'a.wasm');
    const compiled = await here.tessera('train', 'a.wasm', ...sampleFlags, '--batch', '4');
    expect(compiled.err).toContain('error[fixed-batch]: a step of fit takes 2 samples, not 4');
  });

  it('converts labels of 64 bits', async () => {
    const label = BigInt64Array.from({ length: 34 }, (_, i) => BigInt(i % 3));
    const wide = { 'y.npy': writeNpy({ element: 'i64', shape: [34], data: label }) };
    expect((await place({ ...net, ...wide }).tessera('train', ...netFlags)).code).toBe(0);
    label[5] = 2n ** 40n;
    const { err } = await place({ ...net, 'y.npy': writeNpy({ element: 'i64', shape: [34], data: label }) }).tessera(
      'train',
      ...netFlags,
    );
    expect(err).toContain('error[inexact-conversion]: the data for y holds 1099511627776');
  });

  it('starts from weights, and gives new ones to models without a word about the rest', async () => {
    const weights = writeSafetensors(
      new Map([['w', { element: 'f32', shape: [], data: Float32Array.of(3) } as const]]),
    );
    const here = place({ ...line, 'three.safetensors': weights });
    const { out } = await here.tessera('train', ...lineFlags, '--weights', 'three.safetensors', '--json');
    expect(JSON.parse(out)).toMatchObject({ loss: 0, initialised: { params: 0 } });
    const other = place(net);
    await other.tessera('train', ...netFlags, '--save', 'w.safetensors');
    expect([...tensors(other, 'w.safetensors').keys()]).toContain('fit.fc1.weight.adam.mean');
    for (const file of ['a.dnn', 'a.wasm']) {
      if (file === 'a.wasm')
        await other.tessera('compile', 'a.dnn', '--program', 'net', '--set', 'net.n=34', '-o', file);
      const { code, err } = await other.tessera(
        'run',
        file,
        '--program',
        'net',
        '--input',
        'x=x.npy',
        '--weights',
        'w.safetensors',
      );
      expect({ code, err }).toEqual({ code: 0, err: '' });
    }
  });

  it('trains what was compiled as what it was compiled from', async () => {
    const here = place(net);
    await here.tessera('compile', 'a.dnn', '--math', 'strict', '-o', 'all.wasm');
    for (const file of ['a.dnn', 'all.wasm']) {
      const math = file === 'a.dnn' ? ['--math', 'strict'] : [];
      await here.tessera('train', file, ...math, ...sampleFlags, '--log', `${file}.jsonl`);
    }
    // When several programs are compiled together, the compiler may choose other orders of summation.
    const [alone, together] = ['a.dnn.jsonl', 'all.wasm.jsonl'].map(name => lines(here, name).map(({ loss }) => loss));
    expect(together).toEqual(alone.map(loss => expect.closeTo(loss, 4)));
  });

  it('falls back to strict on a host without relaxed SIMD, and says so', async () => {
    const validate = WebAssembly.validate;
    vi.spyOn(WebAssembly, 'validate').mockImplementation(bytes => {
      const code = Buffer.from(bytes as Uint8Array);
      return !code.includes(Buffer.of(0xfd, 0x85, 0x02)) && validate(bytes);
    });
    const { out, err } = await place(line).tessera('train', ...lineFlags);
    vi.restoreAllMocks();
    expect(err).toContain('warning[strict-fallback]');
    expect(out).toContain('strict math');
  });
});

/** ‖Δ − Δ*‖ / ‖Δ*‖ over all parameters together. */
function updateError(here: Place): number {
  const [begin, ours, theirs] = ['begin', 'ours', 'theirs'].map(name => tensors(here, `${name}.safetensors`));
  let [error, norm] = [0, 0];
  for (const [path, { data }] of theirs) {
    const [from, to] = [begin.get(path)?.data ?? [], ours.get(path)?.data ?? []];
    data.forEach((value: number | bigint, i: number) => {
      error += (Number(to[i]) - Number(value)) ** 2;
      norm += (Number(value) - Number(from[i])) ** 2;
    });
  }
  return Math.sqrt(error / norm);
}
