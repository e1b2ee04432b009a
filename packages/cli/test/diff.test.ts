/** `tessera diff`: the numbers are those of the two reports. */
import { expect, it } from 'vitest';
import { wordsOf } from '../src/flags/words.ts';
import { place } from './command.ts';

const text = 'model m(x: f32[8, 64]) -> f32[8, 64] {\n  x |> dense(64) as a |> relu |> dense(64) as b\n}\n';

it('says what differs between two settings, by the numbers of both reports', async () => {
  const here = place({ 'a.dnn': text });
  const chip = ['--chip', 'tiny', '--tiles', '4'];
  const memory = async (...flags: string[]) =>
    JSON.parse((await here.tessera('memory', 'a.dnn', ...chip, ...flags, '--json')).out);
  const [wide, narrow] = [await memory(), await memory('--precision', 'bf16')];
  const diff = await here.tessera('diff', 'a.dnn', ...chip, '--with', '--precision bf16', '--json');
  expect(diff).toMatchObject({ code: 0, err: '' });
  const { fits, tile, tensors, programs, after } = JSON.parse(diff.out);
  expect({ fits, after }).toEqual({ fits: { before: true, after: true }, after: 'with --precision bf16' });
  expect(tile).toContainEqual({ name: 'usedBytes', before: wide.peakBytes, after: narrow.peakBytes });
  const own = programs.find(({ program }: { program: string }) => program === 'm');
  expect(own.cycles).toEqual({ name: 'cycles', before: wide.programs[0].cycles, after: narrow.programs[0].cycles });
  const sizes = tensors.filter(({ kind }: { kind: string }) => kind === 'param');
  expect(sizes.length).toBeGreaterThan(0);
  for (const { before, after } of sizes) expect(after).toBeLessThan(before);
});

it('compares files, also where one does not fit, and nothing with itself', async () => {
  const here = place({
    'a.dnn': text,
    'b.dnn': text.replaceAll('dense(64)', 'dense(128)').replace('-> f32[8, 64]', '-> f32[8, 128]'),
  });
  const chip = ['--chip', 'tiny', '--tiles', '4', '--sram', '24KiB'];
  const { code, out } = await here.tessera('diff', 'a.dnn', 'b.dnn', ...chip);
  expect(code).toBe(0);
  expect(out).toMatch(/^a\.dnn fits, b\.dnn does not fit$/m);
  expect(out).toMatch(/^ {2}used +[\d,]+ +[\d,]+ +\+[\d,]+ \(\+[\d.]+ %\)$/m);
  expect(out).toMatch(/^ {2}b\.weight +param +/m);
  expect((await here.tessera('diff', 'a.dnn', 'a.dnn')).out).toContain('There is no difference.');
  expect((await here.tessera('diff', 'a.dnn')).code).toBe(2);
  expect((await here.tessera('diff', 'a.dnn', '--with', '--precison f16')).code).toBe(2);
  expect((await here.tessera('diff', 'a.dnn', 'none.dnn')).err).toContain('no-such-file');
});

it('names what is compared: the other file, the other flags, or both', async () => {
  const here = place({ 'a.dnn': text, 'b.dnn': text });
  const titleOf = async (...args: string[]) => {
    const { code, out, err } = await here.tessera('diff', ...args, '--chip', 'tiny', '--tiles', '4');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out.split('\n')[0];
  };
  expect(await titleOf('a.dnn', 'a.dnn')).toBe('a.dnn fits, a.dnn fits');
  expect(await titleOf('a.dnn', '--with', '--tiles 8')).toBe('a.dnn fits, with --tiles 8 fits');
  expect(await titleOf('a.dnn', 'b.dnn', '--with', '--tiles 8')).toBe('a.dnn fits, b.dnn with --tiles 8 fits');
});

it('tells the warnings of both plans, each once', async () => {
  const here = place({ 'a.dnn': text.replace('  x |>', '  note(x, "as it comes") |>') });
  const chip = ['--chip', 'tiny', '--tiles', '4', '--with', '--tiles 8'];
  const { code, err } = await here.tessera('diff', 'a.dnn', ...chip);
  expect({ code, times: err.match(/warning/g)?.length }).toEqual({ code: 0, times: 1 });
  const { diagnostics } = JSON.parse((await here.tessera('diff', 'a.dnn', ...chip, '--json')).out);
  expect(diagnostics).toMatchObject([{ severity: 'warning', line: 2 }]);
});

it('takes flags with blanks in quotes', async () => {
  expect(wordsOf(' --set net.n=4  --chip "my chip.json" --x=\'a "b"\' C:\\d ""')).toEqual([
    '--set',
    'net.n=4',
    '--chip',
    'my chip.json',
    '--x=a "b"',
    'C:\\d',
    '',
  ]);
  expect([wordsOf(''), wordsOf('--chip "my chip'), wordsOf("it's")]).toEqual([[], undefined, undefined]);
  const here = place({ 'a.dnn': text });
  const { code, err } = await here.tessera('diff', 'a.dnn', '--with', '--chip "my chip');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('a quote in --with does not end') });
});
