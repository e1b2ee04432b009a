/**
 * Golden texts: `// N tiles: what holds`, a module, `==>`, the tile program it is lowered to, on tiles of one worker. `npm run bless` rewrites
 * what stands after the arrow. Every text reads back as the program it is of.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTileProgram, printTileProgram } from '../src/index.ts';
import { readGolden } from './support/golden.ts';

const folder = join(import.meta.dirname, 'golden');

test.each(readdirSync(folder))('%s', async file => {
  const { input, program } = readGolden(join(folder, file));
  const printed = printTileProgram(program);
  expect(parseTileProgram({ name: file, text: printed })).toEqual({ ok: true, value: program, diagnostics: [] });
  await expect(`${input}==>\n${printed}`).toMatchFileSnapshot(join(folder, file));
});
