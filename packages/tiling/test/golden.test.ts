/**
 * Golden texts: `// N tiles: what holds`, a module, `==>`, the tile program it is lowered to, on tiles of one worker. `npm run bless` rewrites
 * what stands after the arrow. Every text reads back as the program it is of.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModule, verifyModule } from '@tessera-dnn/graph';
import { tinyChip } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { lower, parseTileProgram, printTileProgram } from '../src/index.ts';
import { tilingStandIns as table } from './support/stand-ins.ts';

const folder = join(import.meta.dirname, 'golden');

test.each(readdirSync(folder))('%s', async file => {
  const text = readFileSync(join(folder, file), 'utf8');
  const input = text.slice(0, text.indexOf('==>\n'));
  const chip = { ...tinyChip, tiles: Number(/^\/\/ (\d+) tile/.exec(text)?.[1]), workers: 1 };
  const module = parseModule(input);
  verifyModule(module, table);
  const program = lower(module, { chip, table, math: 'strict', weights: new Map(), memoryShare: 1 });
  const printed = printTileProgram(program);
  expect(parseTileProgram({ name: file, text: printed })).toEqual({ ok: true, value: program, diagnostics: [] });
  await expect(`${input}==>\n${printed}`).toMatchFileSnapshot(join(folder, file));
});
