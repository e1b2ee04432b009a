/** The command as `npx tessera` starts it: a process with its streams and its exit code. */
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { place } from './command.ts';

const bin = fileURLToPath(new URL('../bin/tessera.mjs', import.meta.url));

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, command = bin) {
  return new Promise<{ code: number | null; out: string; err: string }>(resolve => {
    const options = { env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', ...env } };
    const child = execFile(process.execPath, [command, ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });
}

it('runs from the source, without a build', async () => {
  const { code, out, err } = await start(['chips']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('gc200');
});

it('exits with the code of the command', async () => {
  const here = place({ 'a.dnn': 'model m(x: f32[2]) {\n  y\n}\n' });
  expect((await start(['check', `${here.path}/a.dnn`])).code).toBe(1);
  expect((await start(['chekc'])).code).toBe(2);
});

it('starts tessera-allocate too', async () => {
  const here = place({ 'a.csv': 'id,lower,upper,size\na,0,1,4\n' });
  const other = bin.replace('tessera.mjs', 'tessera-allocate.mjs');
  const { code, out, err } = await start([`${here.path}/a.csv`], {}, other);
  expect({ code, out, err }).toEqual({ code: 0, out: 'id,lower,upper,size,offset\na,0,1,4,0\n', err: '' });
});

it('colours when told to, and not when told not to', async () => {
  const coloured = async (env: Record<string, string>) => (await start(['chips'], env)).out.includes('\u001b[');
  expect(await coloured({})).toBe(false);
  expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
  expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
});

it('is quiet when its reader goes away', async () => {
  const child = spawn(process.execPath, [bin, 'ops', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', chunk => (err += chunk));
  child.stdout.destroy();
  await new Promise(resolve => child.on('close', resolve));
  expect(err).toBe('');
});

it.runIf(existsSync('/dev/full'))('says so in a line where its output finds no room', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [bin, 'chips'], { stdio: ['ignore', full, 'pipe'] });
  let err = '';
  child.stderr?.on('data', chunk => (err += chunk));
  const code = await new Promise(resolve => child.on('close', resolve));
  closeSync(full);
  expect(code).toBe(1);
  expect(err).toMatch(/^error: the standard output: ENOSPC: .*\n$/);
});

it.runIf(existsSync('/dev/zero'))('reads no more of an endless input than a text may have', async () => {
  for (const [command, arg] of [[bin, 'fmt'], [bin.replace('tessera.mjs', 'tessera-allocate.mjs')]]) {
    const zeros = openSync('/dev/zero', 'r');
    const child = spawn(process.execPath, [command, ...(arg ? [arg] : []), '-'], { stdio: [zeros, 'pipe', 'pipe'] });
    let err = '';
    child.stderr?.on('data', chunk => (err += chunk));
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(1);
    closeSync(zeros);
    expect(err).toContain('<input> is binary data, not a text');
  }
});
