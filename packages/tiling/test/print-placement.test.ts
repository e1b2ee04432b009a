/**
 * Golden texts: `// N tiles: what holds`, a module, `==>`, its placement as the stage `place` prints it, where every codelet takes 100 bytes.
 * `npm run bless` rewrites what stands after the arrow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModule, verifyModule } from '@tessera-dnn/graph';
import { tinyChip, wasmPageBytes } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { lower, place, printPlacement, refereePlacement } from '../src/index.ts';
import { tilingStandIns as table } from './support/stand-ins.ts';

const folder = join(import.meta.dirname, 'placements');

test.each(readdirSync(folder))('%s', async file => {
  const text = readFileSync(join(folder, file), 'utf8');
  const input = text.slice(0, text.indexOf('==>\n'));
  const chip = { ...tinyChip, tiles: Number(/^\/\/ (\d+) tile/.exec(text)?.[1]), workers: 1 };
  const module = parseModule(input);
  verifyModule(module, table);
  const program = lower(module, { chip, table, math: 'strict', weights: new Map(), memoryShare: 1 });
  const codeBytes = program.codes.map(() => 100);
  const options = { inPlace: true, reuse: true, strategy: 'exact', codeBytes, pageBytes: wasmPageBytes } as const;
  const placement = place(program, chip, options);
  refereePlacement(program, placement, chip.sramBytes);
  await expect(`${input}==>\n${printPlacement(program, placement)}`).toMatchFileSnapshot(join(folder, file));
});
