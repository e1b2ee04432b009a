/** What a terminal gets that a file does not: colours and progress. */
import { expect, it } from 'vitest';
import { showProgress } from '../src/show/progress.ts';
import { line, place } from './command.ts';

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

it('shows progress after a second, on a terminal, and takes it away', () => {
  const stages = ['elaborate', 'fuse', 'tile'];
  const shown = (isTerminal: boolean): readonly string[] => {
    const written: string[] = [];
    let clock = 0;
    const stream = { write: (text: string) => void written.push(text), isTerminal, hasColors: false, columns: 80 };
    const progress = showProgress(stream, stages, () => clock);
    clock = 900;
    progress.after('elaborate');
    clock = 2500;
    progress.after('fuse');
    progress.after('tile');
    progress.end();
    progress.end();
    return written;
  };
  const erase = `\r${control}2K`;
  expect(shown(true)).toEqual([`${erase}2.5 s  tile …`, `${erase}2.5 s  tile done`, erase]);
  expect(shown(false)).toEqual([]);
});
