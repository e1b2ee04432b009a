import { describe, expect, it } from 'vitest';
import { line, place } from './command.ts';

const wrong = 'model m(x: f32[2, 3], y: f32[4, 5]) {\n  x @ y\n}\n';

describe('check', () => {
  it('is content with a good program, and with one of blocks alone', async () => {
    const here = place({ 'a.dnn': line, 'b.dnn': 'block twice(x) {\n  return 2 * x\n}\n' });
    expect(await here.tessera('check', 'a.dnn')).toEqual({ code: 0, out: 'a.dnn: nothing is wrong\n', err: '' });
    expect((await here.tessera('check', 'b.dnn')).code).toBe(0);
  });

  it('shows the place, and counts', async () => {
    const { code, out, err } = await place({ 'a.dnn': wrong }).tessera('check', 'a.dnn');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('a.dnn:2:3  error[shape-mismatch]');
    expect(err).toMatch(/\na\.dnn: 1 error\n$/);
  });

  it('shows the first hundred, and counts the others', async () => {
    const lines = Array.from({ length: 150 }, (_, i) => `  let v${i} = unknown_${i}\n`);
    const { err } = await place({ 'a.dnn': `model m(x: f32[4]) {\n${lines.join('')}  x\n}\n` }).tessera(
      'check',
      'a.dnn',
    );
    expect(err.match(/error\[unknown-name\]/g)).toHaveLength(100);
    expect(err).toMatch(/\n… and 50 more\n\na\.dnn: 150 errors\n$/);
  });

  it('shows of a name of any length only its ends', async () => {
    const text = `model m(x: f32[4]) {\n  ${'a'.repeat(100_000)}\n}\n`;
    const { err } = await place({ 'a.dnn': text }).tessera('check', 'a.dnn');
    expect(err).toContain('error[unknown-name]');
    expect(err.length).toBeLessThan(1000);
  });

  it('ends with 0 on warnings', async () => {
    const text = `${line}model twice(x: f32[1, 3]) {\n  line(x) as "unused"\n}\n`;
    const { code, err } = await place({ 'a.dnn': text }).tessera('check', 'a.dnn');
    expect(err).toContain('warning[unused-label]');
    expect(code).toBe(0);
  });

  it('holds programs to the peak they expect, without a chip too', async () => {
    const expecting = (limit: string) =>
      `model m(x: f32[64, 64]) -> f32[64, 64] {\n  expect peak <= ${limit}\n  (x @ x) @ x\n}\n`;
    const here = place({ 'low.dnn': expecting('1KiB'), 'high.dnn': expecting('1MiB') });
    const low = await here.tessera('check', 'low.dnn');
    expect(low.err).toContain('low.dnn:2:3  error[peak-exceeded]');
    expect(low.code).toBe(1);
    expect((await here.tessera('check', 'high.dnn')).code).toBe(0);
  });

  it('gives programs lines and columns', async () => {
    const { code, out, err } = await place({ 'a.dnn': wrong }).tessera('check', 'a.dnn', '--json');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      file: 'a.dnn',
      errors: 1,
      warnings: 0,
      diagnostics: [{ code: 'shape-mismatch', severity: 'error', file: 'a.dnn', line: 2, column: 3, endLine: 2 }],
    });
  });

  it('finds imports beside the file that imports, and errors in them', async () => {
    const here = place({
      'nets/a.dnn': 'import "./parts/b.dnn"\nmodel m(x: f32[2]) -> f32[2] {\n  x |> twice\n}\n',
      'nets/parts/b.dnn': 'block twice(x) {\n  return 2 * x\n}\n',
      'nets/c.dnn': 'import "./parts/d.dnn"\nmodel m(x: f32[2]) -> f32[2] {\n  x |> thrice\n}\n',
      'nets/parts/d.dnn': 'block thrice(x) {\n  return 3 * y\n}\n',
    });
    expect((await here.tessera('check', 'nets/a.dnn')).code).toBe(0);
    const { code, err } = await here.tessera('check', 'nets/c.dnn');
    expect(code).toBe(1);
    expect(err).toContain('nets/parts/d.dnn:2:14  error[unknown-name]');
  });

  it('sees a circle of imports as such, however its files are named', async () => {
    const here = place({ 'a.dnn': 'import "./b.dnn"\n', 'b.dnn': 'import "./sub/../a.dnn"\n' });
    const { code, err } = await here.tessera('check', './a.dnn');
    expect(code).toBe(1);
    expect(err).toContain('error[import-cycle]');
    expect(err).toContain('1 error\n');
  });

  it('takes constants and dimensions from outside', async () => {
    const text = 'const width = 3\nmodel m[n = 1](x: f32[n, width]) -> f32[n, 3] {\n  x\n}\n';
    const here = place({ 'a.dnn': text });
    expect((await here.tessera('check', 'a.dnn', '--set', 'm.n=4')).code).toBe(0);
    expect((await here.tessera('check', 'a.dnn', '--set', 'width=4')).code).toBe(1);
    expect((await here.tessera('check', 'a.dnn', '--set', 'widht=4')).err).toContain('error[unknown-setting]');
  });

  it('says whether a program fits once a chip is named', async () => {
    // 1,024 weights of 4 bytes on one tile of 2 KiB.
    const text = 'model m(x: f32[1024]) -> f32[1024] {\n  param w: f32[1024] = ones\n  return x * w\n}\n';
    const here = place({ 'a.dnn': text });
    expect((await here.tessera('check', 'a.dnn')).code).toBe(0);
    const { code, err } = await here.tessera('check', 'a.dnn', '--chip', 'tiny', '--tiles', '1', '--sram', '2KiB');
    expect(code).toBe(1);
    expect(err).toContain('error[does-not-fit]: tile 0 needs');
  });

  it('names files that are not there, with what may be meant', async () => {
    const here = place({ 'lenet.dnn': line, 'sub/x.dnn': line });
    expect(await here.tessera('check', 'lenett.dnn')).toEqual({
      code: 1,
      out: '',
      err: 'error[no-such-file]: there is no file lenett.dnn\n   help: did you mean lenet.dnn?\n\nlenett.dnn: 1 error\n',
    });
    expect((await here.tessera('check', 'sub')).err).toContain('sub is a folder, not a file');
  });

  it('takes chips from files', async () => {
    const here = place({
      'a.dnn': line,
      'mine.json': '{ "name": "mine", "base": "tiny", "tiles": 4 }',
      'bad.json': '{ "name": "bad", "base": "tiny", "tiles": 0 }',
    });
    expect((await here.tessera('check', 'a.dnn', '--chip', 'mine.json')).code).toBe(0);
    expect((await here.tessera('check', 'a.dnn', '--chip', 'bad.json')).err).toContain('error[bad-chip]');
    expect((await here.tessera('check', 'a.dnn', '--chip', 'tinny')).err).toContain('did you mean tiny?');
    expect((await here.tessera('check', 'a.dnn', '--chip', 'tiny', '--tiles', '0')).err).toContain(
      'error[bad-chip]: --tiles must be an integer from 1 to 65536, not 0',
    );
  });

  it('tells max from maximum', async () => {
    const here = place({ 'a.dnn': 'model m(x: f32[3], y: f32[3]) {\n  max(x, y)\n}\n' });
    const { err } = await here.tessera('check', 'a.dnn');
    expect(err).toContain('axis of max must be a number or a list of numbers, not a tensor f32[3]');
    expect(err).toContain('help: of two values, elementwise: maximum(a, b)');
  });

  it('says of files that are no texts what they are, in one line', async () => {
    const here = place({
      'a.dnn': '\0asm\x01\0\0\0',
      'b.dnn': Uint8Array.from([0xff, 0xfe, 0x63, 0]),
      'c.dnn': 'const a\0',
    });
    const check = async (name: string) => (await here.tessera('check', name)).err;
    expect(await check('a.dnn')).toContain('error[not-a-text]: a.dnn is a WebAssembly module, not a program');
    expect(await check('b.dnn')).toContain('error[not-a-text]: b.dnn is in UTF-16');
    expect(await check('c.dnn')).toContain('error[not-a-text]: c.dnn is binary data');
  });

  it('never shows a stack, whatever the bytes', async () => {
    const here = place({ 'a.dnn': Uint8Array.from({ length: 4096 }, (_, i) => (i * 197 + 13) & 255) });
    const { code, err } = await here.tessera('check', 'a.dnn');
    expect(code).toBe(1);
    expect(err).not.toMatch(/\n\s+at |internal error/);
  });
});
