/** A terminal gets colours and progress, a file does not. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { showProgress } from '../src/show/progress.ts';
import { line, place } from './command.ts';
import { remembering, sampleFlags, samples } from './trains.ts';

const control = '\u001b[';

it('colours for a terminal only', async () => {
  const files = { 'a.dnn': line, 'b.dnn': 'model m(x: f32[2]) {\n  y\n}\n' };
  for (const terminal of [true, false]) {
    const here = place(files, { terminal });
    expect((await here.tessera('memory', 'a.dnn')).out.includes(control)).toBe(terminal);
    expect((await here.tessera('check', 'b.dnn')).err.includes(control)).toBe(terminal);
    expect((await here.tessera('--help')).out.includes(control)).toBe(terminal);
  }
});

it('the same table with colours as without', async () => {
  const [plain, coloured] = await Promise.all(
    [false, true].map(async terminal => (await place({ 'a.dnn': line }, { terminal }).tessera('memory', 'a.dnn')).out),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
  expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain);
});

it('shows what is being done, and takes it away', async () => {
  const file = join(place().path, 'terminal');
  const descriptor = openSync(file, 'w');
  onTestFinished(() => closeSync(descriptor));
  const stream = { write: () => {}, isTerminal: true, hasColors: false, columns: 80, descriptor };
  const progress = showProgress(stream, ['elaborate', 'fuse', 'tile'], 0);
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain(' s  elaborate'), 20_000);
  progress.after('fuse');
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toMatch(/ s {2}tile$/), 20_000);
  progress.end();
  expect(readFileSync(file, 'utf8').endsWith(`\r${control}2K`)).toBe(true);
});

it('shows nothing of what is quick, nor where nobody looks', () => {
  const file = join(place().path, 'terminal');
  const descriptor = openSync(file, 'w');
  onTestFinished(() => closeSync(descriptor));
  for (const isTerminal of [true, false]) {
    const stream = { write: () => {}, isTerminal, hasColors: false, columns: 80, descriptor };
    const progress = showProgress(stream, ['elaborate'], 3_600_000);
    progress.after('elaborate');
    progress.end();
    progress.end();
  }
  expect(readFileSync(file, 'utf8')).toBe('');
});

it('shows how far a training is, and keeps a line for every epoch', async () => {
  const flags = ['a.dnn', ...sampleFlags, '--epochs', '2'];
  const { err } = await place({ 'a.dnn': remembering, ...samples(32) }, { terminal: true }).tessera('train', ...flags);
  const [first, ...others] = err.split('\n');
  const erase = `\r${control}2K`;
  const [, step] = first.split(erase);
  expect(step).toMatch(/^epoch 1\/2 {2}step 1\/8 {2}loss \S+ {2}[\d,]+ samples\/s {2}\d+ s left$/);
  expect(first.split(erase).at(-1)).toMatch(/^epoch 1\/2 {2}loss \S+ {2}accuracy \S+ {2}[\d,]+ samples\/s$/);
  expect(others.at(-1)).toMatch(new RegExp(`^(${erase.replace('[', '\\[')})?$`));
});
