/** `tessera train` as a process of its own that is interrupted and killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { place } from './command.ts';
import { lines, remembering, sampleFlags, samples, tensors } from './trains.ts';

const bin = fileURLToPath(new URL('../bin/tessera.mjs', import.meta.url));
const files = { 'a.dnn': remembering, ...samples(41) };
const keep = ['--save', 'w.safetensors', '--log', 'log.jsonl'];
const flags = ['train', 'a.dnn', ...sampleFlags, '--math', 'strict', ...keep];
const epochs = (count: number) => ['--epochs', String(count)];

function start(folder: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: 'ignore' });
}

function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  return new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal })));
}

/** Waits until the file has changed or the process has ended. */
async function changed(child: ChildProcess, path: string): Promise<void> {
  const stamp = () => (existsSync(path) ? statSync(path, { bigint: true }).ino : 0n);
  const before = stamp();
  while (child.exitCode === null && stamp() === before) await wait(1);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

it('killed again and again, gives what it would have given in one go', async () => {
  const whole = place(files);
  expect((await whole.tessera(...flags, ...epochs(30))).code).toBe(0);
  const here = place(files);
  let kills = 0;
  for (let code: number | null = null; code !== 0; ) {
    const resume = here.names().includes('w.safetensors') ? ['--resume', 'w.safetensors'] : [];
    const child = start(here.path, [...flags, ...epochs(30), '--save-every', '1', ...resume]);
    const end = ended(child);
    if (kills < 3) {
      await changed(child, join(here.path, 'w.safetensors'));
      // Each round is killed at another moment, between or within steps and saves.
      await wait([0, 7, 20][kills++]);
      child.kill('SIGKILL');
    }
    ({ code } = await end);
    expect([0, null]).toContain(code);
  }
  expect(kills).toBe(3);
  expect(here.read('w.safetensors')).toEqual(whole.read('w.safetensors'));
  expect(here.read('log.jsonl')).toEqual(whole.read('log.jsonl'));
}, 120_000);

it.skipIf(process.platform === 'win32')(
  'goes on and saves when those who read its output go away',
  async () => {
    const here = place(files);
    const child = spawn(process.execPath, [bin, ...flags, ...epochs(3)], { cwd: here.path });
    const end = ended(child);
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await end).toEqual({ code: 0, signal: null });
    expect(tensors(here, 'w.safetensors').size).toBeGreaterThan(0);
    expect(lines(here, 'log.jsonl')).toHaveLength(30);
  },
  60_000,
);

it.skipIf(process.platform === 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'saves on %s and ends with %i',
  async (signal, code) => {
    const whole = place(files);
    await whole.tessera(...flags, ...epochs(400));
    const here = place(files);
    const child = start(here.path, [...flags, ...epochs(1_000_000)]);
    await changed(child, join(here.path, 'log.jsonl'));
    await wait(50);
    child.kill(signal);
    expect(await ended(child)).toEqual({ code, signal: null });
    expect(here.names().filter(name => name.startsWith('.'))).toEqual([]);
    const resumed = await here.tessera(...flags, ...epochs(400), '--resume', 'w.safetensors');
    expect(resumed.code).toBe(0);
    expect(here.read('w.safetensors')).toEqual(whole.read('w.safetensors'));
    expect(here.read('log.jsonl')).toEqual(whole.read('log.jsonl'));
  },
  60_000,
);
