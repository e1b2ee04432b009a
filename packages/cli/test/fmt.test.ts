import { describe, expect, it } from 'vitest';
import { line, place } from './command.ts';

const untidy = 'model line[n=1](x:f32[n,3])->f32[n,3]{\n2*x+1\n}\n';

describe('fmt', () => {
  it('writes files as they are written, names those it changed, and changes nothing twice', async () => {
    const here = place({ 'a.dnn': untidy, 'b.dnn': line });
    expect(await here.tessera('fmt', 'a.dnn', 'b.dnn')).toEqual({ code: 0, out: 'a.dnn\n', err: '' });
    expect(here.read('a.dnn').toString()).toBe(line);
    expect(await here.tessera('fmt', 'a.dnn', 'b.dnn')).toEqual({ code: 0, out: '', err: '' });
    expect(here.names()).toEqual(['a.dnn', 'b.dnn']);
  });

  it('--check writes nothing', async () => {
    const here = place({ 'a.dnn': untidy, 'b.dnn': line });
    expect(await here.tessera('fmt', '--check', 'b.dnn', 'a.dnn')).toEqual({ code: 1, out: 'a.dnn\n', err: '' });
    expect(here.read('a.dnn').toString()).toBe(untidy);
  });

  it('leaves a wrong file as it is, and does the others', async () => {
    const here = place({ 'a.dnn': 'model m(\n', 'b.dnn': untidy });
    const { code, out, err } = await here.tessera('fmt', 'a.dnn', 'none.dnn', 'b.dnn');
    expect({ code, out }).toEqual({ code: 1, out: 'b.dnn\n' });
    expect(err).toContain('a.dnn:');
    expect(err).toContain('there is no file none.dnn');
    expect(here.read('a.dnn').toString()).toBe('model m(\n');
  });

  it('formats the standard input', async () => {
    expect(await place({}, { input: untidy }).tessera('fmt', '-')).toEqual({ code: 0, out: line, err: '' });
    expect((await place({}, { input: 'model' }).tessera('fmt', '-')).code).toBe(1);
    const endless = await place({}, { input: ' '.repeat(2 ** 22 + 2) }).tessera('fmt', '-');
    expect(endless.err).toContain('<input> is larger than 4 MiB');
    const zeros = await place({}, { input: '\0'.repeat(10) }).tessera('fmt', '-');
    expect(zeros.err).toContain('<input> is binary data, not a text');
  });
});
