/** `tessera quantize`: writes a text and its weights together, and refuses what it cannot calibrate with. */
import { type StoredTensor, writeNpy, writeSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { npy, type Place, place } from './command.ts';
import { tensors } from './trains.ts';

const net = `// Two layers.
model net[n = 1](x: f32[n, 4]) -> f32[n, 3] {
  x |> dense(8) as fc1 |> relu |> dense(3) as fc2
}

train fit[n = 4](x: f32[n, 4], y: i32[n]) {
  minimize cross_entropy(net(x), y) using sgd(rate: 0.1)
}
`;

const float = (shape: readonly number[], at: (i: number) => number): StoredTensor => ({
  element: 'f32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => at(i)),
});

const weights = writeSafetensors(
  new Map([
    ['fc1.weight', float([8, 4], i => Math.sin(3 * i + 1))],
    ['fc1.bias', float([8], i => i / 8)],
    ['fc2.weight', float([3, 8], i => Math.cos(5 * i))],
    ['fc2.bias', float([3], () => 0)],
  ]),
);
const samples = npy(
  [10, 4],
  Array.from({ length: 40 }, (_, i) => Math.sin(i * i)),
);
const files = { 'net.dnn': net, 'net.safetensors': weights, 'x.npy': samples };

const quantize = (here: Place, ...more: string[]) =>
  here.tessera('quantize', 'net.dnn', '--weights', 'net.safetensors', '--data', 'x=x.npy', '-o', 'net8', ...more);

it('writes a text and weights that run, and tells what was lost', async () => {
  const here = place(files);
  const { code, out, err } = await quantize(here, '--math', 'strict');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  await expect(out).toMatchFileSnapshot('golden/quantize.txt');
  expect(here.read('net8.dnn').toString()).toBe(`// Two layers.
model net[n = 1](x: f32[n, 4]) -> f32[n, 3] {
  x
    |> quantized
    |> dense(8, weights: i8) as fc1
    |> relu
    |> quantized
    |> dense(3, weights: i8) as fc2
}
`);
  const written = tensors(here, 'net8.safetensors');
  expect([...written].map(([path, { element }]) => `${path} ${element}`).sort()).toEqual([
    'fc1.bias f32',
    'fc1.weight i8',
    'fc1.weight_scale f32',
    'fc2.bias f32',
    'fc2.weight i8',
    'fc2.weight_scale f32',
    'quantized_0.scale f32',
    'quantized_1.scale f32',
  ]);
  const run = await here.tessera('run', 'net8.dnn', '--weights', 'net8.safetensors', '--input', 'x=x.npy');
  expect(run.code).toBe(0);
});

it('gives what is never negative levels without a sign, if asked', async () => {
  const here = place(files);
  const { code, out } = await quantize(here, '--math', 'strict', '--unsigned');
  expect(code).toBe(0);
  expect(out).toMatch(/fc1 relu +u8\[1, 8\] +0 … 2\.96 +51\.9 dB/);
  expect(here.read('net8.dnn').toString()).toContain('|> relu\n    |> quantized(type: u8)\n');
});

it('lets the program take and give levels, and says what they stand for', async () => {
  const here = place({
    ...files,
    'levels.npy': writeNpy({ element: 'i8', shape: [1, 4], data: Int8Array.of(5, -127, 60, 127) }),
  });
  const { code, out, err } = await quantize(here, '--math', 'strict', '--inputs', 'levels', '--outputs', 'levels');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^x is i8: its numbers \/ 0\.00\d+, to the nearest$/m);
  expect(out).toMatch(/^output is i8: its levels \* 0\.0\d+ are the numbers$/m);
  expect(here.read('net8.dnn').toString()).toContain('model net[n = 1](x: i8[n, 4]) -> i8[n, 3] {\n');
  expect([...tensors(here, 'net8.safetensors').keys()]).toEqual(expect.arrayContaining(['x_scale', 'output_scale']));
  const run = (...more: string[]) => here.tessera('run', 'net8.dnn', '--weights', 'net8.safetensors', ...more);
  expect(await run('--input', 'x=levels.npy', '--output', 'output=y.npy')).toMatchObject({ code: 0 });
  expect(here.read('y.npy').toString('latin1')).toContain("'|i1'");
});

it('names inputs and outputs that stay in floats', async () => {
  const more = 'model twice(x: f32[1, 4]) {\n  2 * net(x)\n}\n';
  const here = place({ ...files, 'net.dnn': `${net}\n${more}` });
  const { code, out } = await quantize(here, '--program', 'net', '--inputs', 'levels', '--outputs', 'levels');
  expect(code).toBe(0);
  expect(out).toContain('taken and given in floats, since the text cannot say levels: x, output\n');
});

it('gives the report as JSON', async () => {
  const { code, out } = await quantize(place(files), '--json', '--keep', 'fc2');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    written: ['net8.dnn', 'net8.safetensors'],
    kept: ['fc2'],
    inFloats: ['fc2'],
  });
});

describe('refuses', () => {
  const bad = (name: string, content: string | Uint8Array) => place({ ...files, [name]: content });
  const values = (shape: readonly number[], ...data: number[]) => npy(shape, data);

  it.each<[what: string, here: () => Place, code: string, more?: readonly string[]]>([
    ['empty data', () => bad('x.npy', values([0, 4])), 'no-samples'],
    ['a wrong shape', () => bad('x.npy', values([1, 3], 1, 2, 3)), 'sample-shape'],
    ['another rank', () => bad('x.npy', values([4], 1, 2, 3, 4)), 'sample-shape'],
    ['NaN', () => bad('x.npy', values([2, 4], 1, 2, 3, 4, 5, Number.NaN, 7, 8)), 'sample-not-finite'],
    [
      'whole numbers',
      () => bad('x.npy', writeNpy({ element: 'i32', shape: [1, 4], data: Int32Array.of(1, 2, 3, 4) })),
      'type-mismatch',
    ],
    ['what overflows on the way', () => bad('x.npy', values([1, 4], 3e38, 3e38, -3e38, 3e38)), 'sample-not-finite'],
    ['data of no input', () => place({ ...files, 'y.npy': samples }), 'no-such-sample', ['--data', 'y=y.npy']],
    ['fewer samples than a batch', () => place(files), 'no-samples', ['--set', 'net.n=11']],
    ['a pattern of no layer', () => place(files), 'no-such-layer', ['--keep', 'fc3']],
    ['to keep all', () => place(files), 'nothing-to-quantize', ['--keep', '*']],
    ['weights of another network', () => bad('net.safetensors', writeSafetensors(new Map())), 'weights-missing'],
    ['a text with mistakes', () => bad('net.dnn', 'model net(x: f32[1]) { y }'), 'unknown-name'],
    ['two models', () => bad('net.dnn', 'model a(x: f32[1]) { x }\nmodel b(x: f32[1]) { x }\n'), 'several-models'],
    ['a name that it needs', () => bad('net.dnn', `block quantized(x) { x }\n${net}`), 'name-needed'],
    ['no model', () => bad('net.dnn', 'block a(x) { x }\n'), 'nothing-to-quantize'],
  ])('%s', async (_, here, expected, more = []) => {
    const at = here();
    const { code, out, err } = await quantize(at, ...more);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error[${expected}]`);
    expect(at.names().filter(name => name.startsWith('net8'))).toEqual([]);
  });

  it('what is quantised already', async () => {
    const here = place(files);
    await quantize(here);
    const again = await here.tessera(
      'quantize',
      'net8.dnn',
      '--weights',
      'net8.safetensors',
      '--data',
      'x=x.npy',
      '-o',
      'b',
    );
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toContain('error[already-quantized]: net8.dnn is quantised already');
  });

  it('to write one file without the other', async () => {
    const here = place({ ...files, 'net8.safetensors/occupied': '' });
    const { code, err } = await quantize(here);
    expect(code).toBe(1);
    expect(err).toContain('net8.safetensors cannot be written: it is a folder');
    expect(here.names()).not.toContain('net8.dnn');
  });

  it('to replace what it reads', async () => {
    const here = place(files);
    const { code, err } = await here.tessera(
      'quantize',
      'net.dnn',
      '--weights',
      'net.safetensors',
      '--data',
      'x=x.npy',
      '-o',
      'net',
    );
    expect(code).toBe(2);
    expect(err).toContain('-o net.dnn would replace net.dnn');
  });
});

it('leaves out what would lose too much, and says so', async () => {
  const here = place(files);
  const { code, out } = await quantize(here, '--math', 'strict', '--least', '51');
  expect(code).toBe(0);
  expect(out).toContain('in floats, since too much would be lost: fc2, x\n');
  expect(here.read('net8.dnn').toString()).toContain('x |> dense(8, weights: i8) as fc1 |> relu |> dense(3) as fc2\n');
});

it('takes several inputs, of which each has as many samples', async () => {
  const two = 'model two(a: f32[1, 4], b: f32[1, 4]) {\n  dense(a + 2 * b, 2) as fc\n}\n';
  const values = new Map([
    ['fc.weight', float([2, 4], i => i - 3)],
    ['fc.bias', float([2], () => 1)],
  ]);
  const here = place({
    'net.dnn': two,
    'net.safetensors': writeSafetensors(values),
    'x.npy': samples,
    'y.npy': npy([3, 4], new Array<number>(12).fill(1)),
  });
  const run = (b: string) =>
    here.tessera(
      'quantize',
      'net.dnn',
      '--weights',
      'net.safetensors',
      '--data',
      'a=x.npy',
      '--data',
      `b=${b}.npy`,
      '-o',
      'net8',
    );
  expect(await run('x')).toMatchObject({ code: 0, err: '' });
  expect(here.read('net8.dnn').toString()).toContain('dense(quantized(a + 2 * b), 2, weights: i8) as fc');
  expect((await run('y')).err).toContain('error[sample-shape]: there are 10 samples of a and 3 of b');
});

it('calibrates on zeros, and tells of samples that fill no batch', async () => {
  const here = place({ ...files, 'x.npy': npy([5, 4], new Array<number>(20).fill(0)) });
  const { code, out } = await quantize(here, '--set', 'net.n=2');
  expect(code).toBe(0);
  expect(out).toContain('by 4 samples; 1 more fill no batch of 2');
});
