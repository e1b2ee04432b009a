/** Nothing trained is lost: what `tessera train` does when files, disks and other trainings stand in its way. */
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { lock } from '../src/files/lock.ts';
import { keptBytes } from '../src/training/log-lines.ts';
import { place } from './command.ts';
import { line, lineFlags, lines, tensors } from './trains.ts';

const save = ['--save', 'w.safetensors'];
const hasLocks = existsSync('/usr/bin/flock');

describe('the saved file', () => {
  it('is written though a killed training of the same number left its own', async () => {
    const here = place({ ...line, [`.w.safetensors.${process.pid}.partial`]: 'x', '.w.safetensors.partial': 'x' });
    expect((await here.tessera('train', ...lineFlags, ...save, '--save-every', '1')).code).toBe(0);
    expect(tensors(here, 'w.safetensors').has('w')).toBe(true);
    expect(here.names()).not.toContain('.w.safetensors.partial');
  });

  it.runIf(hasLocks)('is one training’s alone, and so is a log', async () => {
    const here = place({ ...line, '.w.safetensors.lock': '', 'log.jsonl': '{"step":1}\n' });
    for (const [name, flags] of [
      ['.w.safetensors.lock', save],
      ['log.jsonl', ['--log', 'log.jsonl']],
    ] as const) {
      const file = openSync(join(here.path, name), 'a');
      expect(lock(file)).toBe('had');
      const { code, err } = await here.tessera('train', ...lineFlags, ...flags);
      expect({ code, err }).toMatchObject({
        code: 1,
        err: expect.stringContaining('error[file-in-use]: another training'),
      });
      closeSync(file);
      expect((await here.tessera('train', ...lineFlags, ...flags)).code).toBe(0);
    }
    expect(here.names().filter(name => name.startsWith('.'))).toEqual([]);
  });

  it('may have a name as long as names can be', async () => {
    const here = place(line);
    const name = `${'n'.repeat(243)}.tensors`;
    expect((await here.tessera('train', ...lineFlags, '--save', name, '--save-every', '1')).code).toBe(0);
    expect(here.names()).toContain(name);
    expect(here.names().filter(name => name.startsWith('.'))).toEqual([]);
  });

  it('keeps links and other names through saves on the way', async () => {
    const here = place({ ...line, 'far/w': 'old' });
    symlinkSync('far/w', join(here.path, 'w.safetensors'));
    linkSync(join(here.path, 'far/w'), join(here.path, 'other'));
    expect((await here.tessera('train', ...lineFlags, ...save, '--save-every', '1')).code).toBe(0);
    expect(here.read('other')).toEqual(here.read('w.safetensors'));
    expect(tensors(here, 'far/w').has('w')).toBe(true);
    expect(readdirSync(join(here.path, 'far'))).toEqual(['w']);
  });

  it('is kept elsewhere where its place is gone at the end', async () => {
    const here = place(line);
    const there = join(here.path, 'temporary');
    mkdirSync(there);
    mkdirSync(join(here.path, 'gone'));
    vi.stubEnv('TMPDIR', there);
    expect(tmpdir()).toBe(there);
    const ran = here.tessera('train', ...lineFlags, '--epochs', '20000', '--save', 'gone/w.safetensors');
    while (!existsSync(join(here.path, 'gone/.w.safetensors.lock')))
      await new Promise(resolve => setTimeout(resolve, 1));
    rmSync(join(here.path, 'gone'), { recursive: true });
    const { code, err, out } = await ran;
    vi.unstubAllEnvs();
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('could not be written: see above') });
    const [kept] = readdirSync(there);
    expect(err).toContain(`what was learnt is kept in ${join(there, kept)} instead`);
    expect(readFileSync(join(there, kept)).includes('tessera.training')).toBe(true);
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  it('under the log is told once, and the training goes on and is saved', async () => {
    const here = place(line);
    const { code, err } = await here.tessera('train', ...lineFlags, '--epochs', '3', '--log', '/dev/full', ...save);
    expect(code).toBe(1);
    expect(err.match(/error\[unwritable-file\]: \/dev\/full cannot be written: the disk is full/g)).toHaveLength(1);
    expect(err).toContain('the training goes on without its log');
    expect(err).toContain('epoch 3/3');
    expect(tensors(here, 'w.safetensors').has('w')).toBe(true);
  });

  it('is in the JSON', async () => {
    const { code, out } = await place(line).tessera('train', ...lineFlags, '--log', '/dev/full', ...save, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ saved: 'w.safetensors', diagnostics: [{}, { code: 'unwritable-file' }] });
  });
});

describe('before the first step', () => {
  it.each([
    ['a missing folder', ['--save', 'no/w']],
    ['a folder', ['--save', 'folder']],
    ['a name of 256 characters', ['--save', 'n'.repeat(256)]],
    ['a missing folder of the log', ['--log', 'no/log']],
    ['a name of 256 characters of the log', ['--log', 'n'.repeat(256)]],
  ])('%s is refused', async (_, flags) => {
    const here = place({ ...line, 'folder/x': '' });
    const { code, out, err } = await here.tessera('train', ...lineFlags, ...flags);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error\[unwritable-file\]/);
    expect(here.names()).toEqual(['a.dnn', 'folder', 'x.npy', 'y.npy']);
  });

  it('a variable is refused whose name the format keeps for itself', async () => {
    const text = line['a.dnn'].replace('param w', 'param __metadata__').replace('w * x', '__metadata__ * x');
    const here = place({ ...line, 'a.dnn': text });
    const { code, err } = await here.tessera('train', ...lineFlags, ...save);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('error[unsavable-variable]') });
    expect((await here.tessera('train', ...lineFlags)).code).toBe(0);
  });
});

describe('a resumed log', () => {
  it('may be no file at all', async () => {
    const here = place(line);
    await here.tessera('train', ...lineFlags, ...save);
    const resume = ['--resume', 'w.safetensors', '--epochs', '2', '--log', '/dev/null'];
    expect(await here.tessera('train', ...lineFlags, ...resume)).toMatchObject({ code: 0 });
  });

  it.each([1, 7, 1000])('is read in pieces: %i lines of 100 kB', count => {
    const line = (step: number) => `${JSON.stringify({ step, text: 'x'.repeat(100_000) })}\n`;
    const text = Array.from({ length: Math.min(count, 40) }, (_, i) => line(i + 1));
    const here = place({ log: `${text.join('')}{"ste` });
    const path = join(here.path, 'log');
    expect(keptBytes(path, 5)).toBe(text.slice(0, 5).join('').length);
    expect(keptBytes(path, count)).toBe(text.join('').length);
  });
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('saves on %s and ends with %i', async (signal, code) => {
  const here = place(line, { onInterrupt: stop => void setTimeout(() => stop(signal), 5) });
  const keep = [...save, '--log', 'log.jsonl', '--epochs', '10000000'];
  const ran = await here.tessera('train', ...lineFlags, ...keep);
  expect(ran.code).toBe(code);
  const steps = lines(here, 'log.jsonl').length;
  expect(ran.out).toContain(`interrupted after step ${steps} of`);
  expect(here.read('w.safetensors').includes(`"steps\\":${steps},`)).toBe(true);
});
