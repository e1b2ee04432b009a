/** `tessera run` with pictures, and with names of classes. */
import { expect, it } from 'vitest';
import { topClasses } from '../src/running/labels.ts';
import { place } from './command.ts';
import { coloured, grey } from './png.ts';

const here = () =>
  place({
    'net.dnn': 'model colours[h, w](image: f32[1, 3, h, w]) -> f32[1, 3] {\n  image |> global_avg_pool |> flatten\n}\n',
    'last.dnn': 'model m(image: u8[1, 2, 2, 1]) -> u8[1, 2, 2, 1] {\n  image\n}\n',
    'orange.png': coloured([255, 102, 0], 4, 2),
    'grey.png': grey(51),
    'names.txt': 'red\ngreen\nblue\n',
    'names.json': '["r", "g"]',
    'tokens.txt': '[PAD]\n[UNK]\n[CLS]\n',
  });

it('tells the best classes of a picture, whose size the program takes', async () => {
  const folder = here();
  const run = (...more: string[]) => folder.tessera('run', 'net.dnn', '--input', 'image=orange.png', ...more);
  const { out } = await run('--labels', 'names.txt');
  expect(out).toMatch(/ 1 {2}red\n +0\.4 {2}green\n +0 {2}blue\n/);
  const { outputs } = JSON.parse(
    (await run('--labels', 'names.txt', '--mean', '1,0.4,0', '--std', '0.5', '--json')).out,
  );
  expect(outputs[0].first.map((value: number) => Math.abs(value) < 1e-6)).toEqual([true, true, true]);
  expect(outputs[0].top[0]).toHaveLength(3);
  expect((await run('--labels', 'names.json')).err).toContain(
    'names.json names 2 classes, and no output has as many scores: output is f32[1, 3]',
  );
  expect(folder.names()).not.toContain('output.npy');
  expect((await run('--labels', 'tokens.txt')).out).toMatch(/ 1 {2}\[PAD\]\n/);
  expect((await run('--mean', '1,2')).err).toContain('--mean has 2 numbers, and image 3 channels');
});

it('tells where labels in JSON are broken', async () => {
  const folder = place({ 'broken.json': '["cat", "dog"', 'numbers.json': '[1, 2]' });
  // Labels are read before the program.
  const labelled = (file: string) => folder.tessera('run', 'net.dnn', '--labels', file);
  expect((await labelled('broken.json')).err).toMatch(/broken\.json is no JSON: .*position 13/);
  expect((await labelled('numbers.json')).err).toContain('numbers.json is no list of texts');
});

it('puts a score that is no number behind all others', () => {
  const scores = [{ name: 'y', type: 'f32', shape: [4], address: 0, bytes: 16 }] as const;
  const top = topClasses(scores, { y: Float32Array.of(1, NaN, 3, -Infinity) }, ['a', 'b', 'c', 'd']);
  expect(top.get('y')?.[0].map(({ label }) => label)).toEqual(['c', 'a', 'd', 'b']);
});

it('takes bytes with channels last, and says what cannot be meant', async () => {
  const folder = here();
  const run = (...more: string[]) => folder.tessera('run', 'last.dnn', '--input', 'image=grey.png', ...more);
  expect(JSON.parse((await run('--json')).out)).toMatchObject({ outputs: [{ min: 51, max: 51 }] });
  expect((await run('--mean', '0.5')).err).toContain('pixels are u8 themselves');
  expect(await folder.tessera('run', 'last.dnn', '--mean', '0.5')).toMatchObject({ code: 2 });
  expect((await folder.tessera('run', 'last.dnn', '--input', 'image=none.jpg')).err).toContain(
    'there is no file none.jpg',
  );
});
