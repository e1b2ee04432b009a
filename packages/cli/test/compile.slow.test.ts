import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { loadArtifact } from '@tessera-dnn/chip';
import { stages } from '@tessera-dnn/compiler';
import { writeSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { line, place } from './command.ts';

const scaled = 'model scaled(x: f32[4]) -> f32[4] {\n  param w: f32[4] = ones\n  return relu(x * w)\n}\n';

describe('compile', () => {
  it('writes an artifact that loads, and says so on the standard error', async () => {
    const here = place({ 'a.dnn': line });
    const { code, out, err } = await here.tessera('compile', 'a.dnn', '-o', 'a.wasm');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(/^a\.wasm: [\d,]+ bytes, line on host, /);
    expect(here.names()).toEqual(['a.dnn', 'a.wasm']);
    const artifact = await loadArtifact(here.read('a.wasm'));
    expect(artifact.ok && artifact.value.manifest.programs['line'].inputs[0].shape).toEqual([1, 3]);
  });

  it('says for programs what it wrote', async () => {
    const here = place({ 'a.dnn': scaled });
    const { code, out } = await here.tessera('compile', 'a.dnn', '-o', 'a.wasm', '--chip', 'tiny', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      output: 'a.wasm',
      bytes: here.read('a.wasm').length,
      chip: 'tiny',
      programs: ['scaled'],
      parameters: 4,
      states: 0,
    });
  });

  it('makes the same bytes twice', async () => {
    const here = place({ 'a.dnn': scaled });
    for (const name of ['1.wasm', '2.wasm']) await here.tessera('compile', 'a.dnn', '-o', name, '--chip', 'tiny');
    expect(here.read('1.wasm').equals(here.read('2.wasm'))).toBe(true);
  });

  it.each([
    ['ast', /^file\n {2}items\[0\]: model \(name: scaled/],
    ['graph', /scaled/],
    ['tiles', /^tiles 16\n/],
    ['memory', /parameters +\d/],
    ['wat', /^\(module/],
  ])('--emit %s prints text', async (what, expected) => {
    const { code, out, err } = await place({ 'a.dnn': scaled }).tessera(
      'compile',
      'a.dnn',
      '--emit',
      what,
      '--chip',
      'tiny',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(expected);
  });

  it('--emit ast shows what could be read of a wrong file', async () => {
    const { code, out, err } = await place({ 'a.dnn': `${scaled}model (` }).tessera(
      'compile',
      'a.dnn',
      '--emit',
      'ast',
    );
    expect(code).toBe(1);
    expect(out).toContain('name: scaled');
    expect(err).toContain('error[');
  });

  it.each(stages)('--print-after %s prints its result', async stage => {
    const { code, out } = await place({ 'a.dnn': scaled }).tessera('compile', 'a.dnn', '--print-after', stage);
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(20);
  });

  it('shows the stages before the one that fails', async () => {
    const args = ['--emit', 'tiles', '--chip', 'tiny', '--sram', '16'];
    const { code, out, err } = await place({ 'a.dnn': scaled }).tessera('compile', 'a.dnn', ...args);
    expect(code).toBe(1);
    expect(out).toMatch(/^tiles 16\n/);
    expect(err).toContain('error[does-not-fit]');
    // Tables and code alone are more than 16 bytes, however many tiles there are.
    expect(err).not.toContain('--tiles');
  });

  it('says which weights are missing, wrong or left over', async () => {
    const f32 = (...values: number[]) => ({
      element: 'f32' as const,
      shape: [values.length],
      data: Float32Array.from(values),
    });
    const here = place({
      'a.dnn': scaled,
      'good.safetensors': writeSafetensors(
        new Map([
          ['w', f32(1, 2, 3, 4)],
          ['v', f32(1)],
        ]),
      ),
      'short.safetensors': writeSafetensors(new Map([['w', f32(1, 2)]])),
      'none.safetensors': writeSafetensors(new Map([['w2', f32(1, 2, 3, 4)]])),
      'no.safetensors': 'hello',
    });
    const compile = (weights: string) => here.tessera('compile', 'a.dnn', '-o', 'a.wasm', '--weights', weights);
    expect((await compile('short.safetensors')).err).toContain('holds w as [2], but the program declares [4]'.slice(6));
    expect((await compile('none.safetensors')).err).toContain('error[weights-missing]: the weights have no w');
    expect((await compile('no.safetensors')).err).toContain('error[bad-safetensors]: no.safetensors: ');
    expect(here.names()).not.toContain('a.wasm');
    const good = await compile('good.safetensors');
    expect(good.code).toBe(0);
    expect(good.err).toContain('warning[weights-unused]: nothing in the program takes v of the weights');
  });

  it('asks for the weights of a layer at the call of it', async () => {
    const text = 'model m(x: f32[2]) {\n  dense(x, 3) as fc\n}\n';
    const here = place({ 'a.dnn': text, 'w.safetensors': writeSafetensors(new Map()) });
    const { err } = await here.tessera('compile', 'a.dnn', '-o', 'a.wasm', '--weights', 'w.safetensors');
    expect(err).toContain('a.dnn:2:3  error[weights-missing]: the weights have no fc.weight\n');
  });

  it('leaves what was there when it fails', async () => {
    const here = place({ 'a.dnn': 'model m(x: f32[2]) {\n  x @\n}\n', 'a.wasm': 'as it was' });
    expect((await here.tessera('compile', 'a.dnn', '-o', 'a.wasm')).code).toBe(1);
    expect(here.read('a.wasm').toString()).toBe('as it was');
    expect(here.names()).toEqual(['a.dnn', 'a.wasm']);
  });

  it('never replaces what it is made of', async () => {
    const here = place({ 'a.dnn': line });
    symlinkSync('a.dnn', join(here.path, 'b.wasm'));
    for (const output of ['a.dnn', './a.dnn', 'b.wasm']) {
      const { code, err } = await here.tessera('compile', 'a.dnn', '-o', output);
      expect(code).toBe(2);
      expect(err).toContain(`-o ${output} would replace a.dnn`);
    }
    expect(here.read('a.dnn').toString()).toBe(line);
  });

  it('replaces what a link points to, not the link', async () => {
    const here = place({ 'a.dnn': line, 'real.wasm': 'as it was' });
    symlinkSync('real.wasm', join(here.path, 'link.wasm'));
    expect((await here.tessera('compile', 'a.dnn', '-o', 'link.wasm')).code).toBe(0);
    expect(here.read('real.wasm').subarray(0, 4).toString('latin1')).toBe('\0asm');
    expect(here.names()).toEqual(['a.dnn', 'link.wasm', 'real.wasm']);
  });

  it('names folders it cannot write to', async () => {
    const here = place({ 'a.dnn': line, 'sub/x': '' });
    const into = async (name: string) => (await here.tessera('compile', 'a.dnn', '-o', name)).err;
    expect(await into('nowhere/a.wasm')).toContain(
      'error[unwritable-file]: nowhere/a.wasm cannot be written: its folder',
    );
    expect(await into('nowhere/a.wasm')).toContain('help: make it first: mkdir -p nowhere');
    expect(await into('sub')).toContain('sub cannot be written: it is a folder');
    expect(here.names()).toEqual(['a.dnn', 'sub']);
  });
});
