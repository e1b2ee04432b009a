/** `--threads` of `run` and `train`: the same results, and a word where there are fewer than were asked for. */
import { writeNpy } from '@tessera-dnn/formats';
import { expect, it } from 'vitest';
import { type Place, place } from './command.ts';

const text = `
model net[n = 64](at: f32[n, 128]) -> f32[n, 2] {
  at |> dense(512) as a |> relu |> dense(512) as b |> relu |> dense(2) as c
}
train fit[n = 64](at: f32[n, 128], label: i32[n]) {
  let loss = cross_entropy(net(at), label)
  minimize loss using sgd(rate: 0.01)
  return { loss }
}
`;
const samples = 256;
const at = Float32Array.from({ length: samples * 128 }, (_, i) => Math.sin(i * i));
const label = Int32Array.from({ length: samples }, (_, i) => i % 2);

function started(): Place {
  return place({
    'net.dnn': text,
    'at.npy': writeNpy({ element: 'f32', shape: [samples, 128], data: at }),
    'one.npy': writeNpy({ element: 'f32', shape: [64, 128], data: at.subarray(0, 64 * 128) }),
    'label.npy': writeNpy({ element: 'i32', shape: [samples], data: label }),
  });
}

const data = ['--data', 'at=at.npy', '--data', 'label=label.npy', '--math', 'strict'];
const fine = { code: 0, err: expect.not.stringContaining('warning') };

it('a training gives the same bits on any number of threads, and goes on on another', async () => {
  const here = started();
  for (const threads of ['1', '2', '3', 'auto']) {
    const flags = ['--epochs', '2', '--threads', threads, '--save', `${threads}.safetensors`];
    expect(await here.tessera('train', 'net.dnn', ...data, ...flags)).toMatchObject(fine);
    expect(tensorsOf(here, `${threads}.safetensors`)).toEqual(tensorsOf(here, '1.safetensors'));
  }
  const flags = ['--epochs', '3', '--threads', '2', '--resume', '1.safetensors', '--save', 'more.safetensors'];
  expect(await here.tessera('train', 'net.dnn', ...data, ...flags)).toMatchObject(fine);
}, 120_000);

it('an artifact runs on no more threads than it was compiled for, and says so', async () => {
  const here = started();
  await here.tessera('compile', 'net.dnn', '--program', 'net', '--threads', '2', '-o', 'net.wasm');
  const run = (threads: string) => here.tessera('run', 'net.wasm', '--input', 'at=one.npy', '--threads', threads);
  expect(await run('2')).toMatchObject(fine);
  expect(await run('4')).toMatchObject({ code: 0, err: expect.stringContaining('compiled for 2 threads') });
});

it('a text is compiled for one where more are of no use, without a word', async () => {
  const here = place({ 'small.dnn': 'model small() { let x = random_normal([4])\n  return { x } }\n' });
  expect(await here.tessera('run', 'small.dnn', '--threads', '3')).toMatchObject(fine);
});

it.each(['0', '65', 'all'])('takes no %s', async threads => {
  expect((await started().tessera('run', 'net.dnn', '--threads', threads)).code).toBe(2);
});

/** What is behind the header, whose metadata may differ. */
function tensorsOf(here: Place, name: string): Uint8Array {
  const file = here.read(name);
  return file.subarray(8 + Number(file.readBigUInt64LE(0)));
}
