/** `tessera train`, in this process. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readSafetensors, type StoredTensor, writeNpy, writeSafetensors } from '@tessera/formats';
import { describe, expect, it, vi } from 'vitest';
import { fromNpy, npy, type Place, place } from './command.ts';
import { remembering, sampleFlags, samples, slope } from './trains.ts';

const line = {
  'a.dnn': slope,
  'x.npy': npy([5, 1], [1, 2, 3, 4, 5]),
  'y.npy': npy([5, 1], [3, 6, 9, 12, 15]),
};
const lineFlags = ['a.dnn', '--data', 'x=x.npy', '--data', 'y=y.npy', '--input', 'rate=0.01'];
const net = { 'a.dnn': remembering, ...samples(34) };
const netFlags = ['a.dnn', ...sampleFlags, '--math', 'strict'];

function tensors(here: Place, name: string): ReadonlyMap<string, StoredTensor> {
  const read = readSafetensors(new Uint8Array(here.read(name)));
  if (!read.ok) throw new Error(read.diagnostics[0].message);
  return read.value.tensors;
}

function lines(here: Place, name: string): readonly { readonly [key: string]: number }[] {
  const text = here.read(name).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map(line => JSON.parse(line));
}

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
    await here.tessera('train', ...netFlags, '--epochs', '2', '--log', 'log.jsonl');
    const log = lines(here, 'log.jsonl');
    expect(log.map(({ step, epoch }) => [step, epoch])).toEqual(
      Array.from({ length: 16 }, (_, i) => [i + 1, i < 8 ? 1 : 2]),
    );
    expect(Object.keys(log[0])).toEqual(['step', 'epoch', 'loss', 'accuracy']);
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
    expect([...tensors(other, 'w.safetensors').keys()]).toContain('fc1.weight.adam.mean');
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
    // In the company of another program the compiler may choose other orders of sums.
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

/** Turns of the event loop's microtasks, of which a step takes a few: unlike a timer, the same on every machine. */
async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

describe('a resumed training', () => {
  it('gives the bits of one that was not interrupted', async () => {
    const here = place(net);
    const seed = ['--seed', '9'];
    await here.tessera(
      'train',
      ...netFlags,
      ...seed,
      '--epochs',
      '4',
      '--save',
      'whole.safetensors',
      '--log',
      'whole.jsonl',
    );
    const keep = ['--save', 'part.safetensors', '--log', 'part.jsonl'];
    await here.tessera('train', ...netFlags, ...seed, '--epochs', '1', ...keep);
    // The part of a line that a kill left, and a step that came after the last save.
    here.write('part.jsonl', `${here.read('part.jsonl')}{"step":9,"epoch":2,"loss":7}\n{"step":10,"ep`);
    const { code } = await here.tessera('train', ...netFlags, '--epochs', '4', '--resume', 'part.safetensors', ...keep);
    expect(code).toBe(0);
    expect(here.read('part.safetensors')).toEqual(here.read('whole.safetensors'));
    expect(here.read('part.jsonl')).toEqual(here.read('whole.jsonl'));
    const { out } = await here.tessera('train', ...netFlags, '--epochs', '4', '--resume', 'part.safetensors');
    expect(out).toContain('nothing was left of 4 epochs');
  });

  it('ends with 130 on Ctrl-C, saved', async () => {
    const whole = place(net);
    await whole.tessera('train', ...netFlags, '--epochs', '60', '--save', 'w.safetensors', '--log', 'log.jsonl');
    const here = place(net, { onInterrupt: stop => void afterTurns(500).then(stop) });
    const keep = ['--save', 'w.safetensors', '--log', 'log.jsonl', '--epochs', '60'];
    let ran = await here.tessera('train', ...netFlags, ...keep);
    expect(ran.out).toMatch(/interrupted after step \d+ of 480/);
    expect(ran.err).toContain('stopping after this step; Ctrl-C again stops at once');
    expect(ran.code).toBe(130);
    while (ran.code === 130) ran = await here.tessera('train', ...netFlags, ...keep, '--resume', 'w.safetensors');
    expect(here.read('w.safetensors')).toEqual(whole.read('w.safetensors'));
    expect(here.read('log.jsonl')).toEqual(whole.read('log.jsonl'));
  });

  it('must be the same training', async () => {
    const here = place({ ...net, 'other.npy': samples(35)['x.npy'], 'plain.safetensors': writeSafetensors(new Map()) });
    await here.tessera('train', ...netFlags, '--save', 'w.safetensors');
    const resume = async (...flags: string[]) => (await here.tessera('train', ...flags, '--epochs', '2')).err;
    const from = ['--resume', 'w.safetensors'];
    expect(await resume(...netFlags, ...from, '--seed', '1')).toContain('the seed of the shuffling was 0 and is 1');
    expect(await resume(...netFlags, ...from, '--no-shuffle')).toContain(
      'whether samples are shuffled was true and is false',
    );
    expect(await resume(...netFlags, ...from, '--batch', '2')).toContain(
      'the number of samples in a step was 4 and is 2',
    );
    here.write('x.npy', npy([34, 4], new Array(136).fill(1)));
    expect(await resume(...netFlags, ...from)).toContain('the fingerprint of the data was');
    expect(await resume(...netFlags, '--resume', 'plain.safetensors')).toContain('error[not-a-checkpoint]');
    here.write('a.dnn', remembering.replace('dense(8)', 'dense(9)'));
    expect(await resume(...netFlags, ...from)).toContain('fc1.weight is f32[8, 4] there and f32[9, 4] here');
  });

  it('warns where the bits will be others', async () => {
    const here = place(net);
    await here.tessera('train', ...netFlags, '--save', 'w.safetensors');
    const resume = async (file: string, ...flags: string[]) => {
      const all = [file, ...netFlags.slice(1), '--resume', 'w.safetensors', '--epochs', '2', ...flags];
      const { code, err } = await here.tessera('train', ...all);
      expect(code).toBe(0);
      return err.split('\n').find(line => line.includes('resumed-otherwise'));
    };
    here.write('elsewhere/under-another-name.dnn', remembering);
    expect(await resume('elsewhere/under-another-name.dnn')).toBeUndefined();
    expect(await resume('a.dnn', '--chip', 'tiny')).toBe(
      'warning[resumed-otherwise]: the training was on host (1 tile, strict math) and goes on on tiny (16 tiles, strict math): it will not give the same bits',
    );
    here.write('a.dnn', remembering.replace('0.05', '0.06'));
    expect(await resume('a.dnn')).toBe(
      'warning[resumed-otherwise]: the program was changed, or compiled otherwise, since the training stopped: it will not give the same bits',
    );
  });

  it('adds to no file that is no log', async () => {
    const here = place({ ...net, 'notes.txt': 'mine\n' });
    await here.tessera('train', ...netFlags, '--save', 'w.safetensors');
    const { code, err } = await here.tessera('train', ...netFlags, '--resume', 'w.safetensors', '--log', 'notes.txt');
    expect(code).toBe(1);
    expect(err).toContain('error[not-a-log]: notes.txt is no log of a training');
    expect(here.read('notes.txt').toString()).toBe('mine\n');
  });
});

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

describe('train refuses', () => {
  it.each<[string, readonly string[], number, string]>([
    [
      'missing data',
      ['a.dnn', '--data', 'x=x.npy'],
      1,
      'fit needs data for\n  y: f32[2, 1]\n  rate: f32[]\n   help: --data y=y.npy --input rate=0.1',
    ],
    ['unknown names', [...lineFlags, '--data', 'z=x.npy'], 1, 'error[no-such-input]: fit has no input called z'],
    [
      'inputs given twice',
      [...lineFlags, '--input', 'x=1'],
      1,
      'error[input-given-twice]: input x is given samples and one value',
    ],
    ['files that are not there', [...lineFlags, '--data', 'z=z.npy'], 1, 'error[no-such-file]: there is no file z.npy'],
    ['a model', [...lineFlags, '--program', 'line'], 1, 'error[nothing-to-train]: line is a model'],
    ['a file without training', ['model.dnn'], 1, 'error[nothing-to-train]: model.dnn has no train program'],
    ['a choice', ['two.dnn'], 1, 'error[several-programs]: two.dnn has several programs: a, b'],
    [
      'other lengths',
      [...lineFlags.slice(0, 4), 'y=short.npy', ...lineFlags.slice(5)],
      1,
      'numbers of samples: x 5, y 3',
    ],
    [
      'a folder that is not there',
      [...lineFlags, '--save', 'no/w.safetensors'],
      1,
      'error[unwritable-file]: no/w.safetensors',
    ],
    ['weights beside a checkpoint', [...lineFlags, '--weights', 'a', '--resume', 'b'], 2, '--resume has weights'],
    ['saving nowhere', [...lineFlags, '--save-every', '5'], 2, '--save-every needs --save'],
    ['no epochs', [...lineFlags, '--epochs', '0'], 2, 'It must be at least 1'],
    ['losing its data', [...lineFlags, '--save', 'x.npy'], 2, '--save x.npy would replace x.npy'],
    ['a log in its own checkpoint', [...lineFlags, '--save', 'w', '--log', './w'], 2, '--log ./w would replace w'],
    ['losing its program', [...lineFlags, '--log', 'a.dnn'], 2, '--log a.dnn would replace a.dnn'],
  ])('%s', async (_, args, code, message) => {
    const two = 'train a() {\n  param w: f32[] = 1\n  minimize w using sgd(rate: 0.1)\n}\n';
    const here = place({
      ...line,
      'model.dnn': 'model m(x: f32[2]) {\n  x + 1\n}\n',
      'two.dnn': two + two.replace('train a', 'train b'),
      'short.npy': npy([3, 1], [1, 2, 3]),
    });
    const ran = await here.tessera('train', ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(message);
  });
});
