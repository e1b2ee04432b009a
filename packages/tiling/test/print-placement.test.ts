/**
 * Golden texts: `// N tiles: what holds`, a module, `==>`, its placement as the stage `place` prints it, where every codelet takes 100 bytes.
 * `npm run bless` rewrites what stands after the arrow.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { wasmPageBytes } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { place, printPlacement, refereePlacement } from '../src/index.ts';
import { readGolden } from './support/golden.ts';

const folder = join(import.meta.dirname, 'placements');

test.each(readdirSync(folder))('%s', async file => {
  const { input, chip, program } = readGolden(join(folder, file));
  const codeBytes = program.codes.map(() => 100);
  const options = { inPlace: true, reuse: true, strategy: 'exact', codeBytes, pageBytes: wasmPageBytes } as const;
  const placement = place(program, chip, options);
  refereePlacement(program, placement, chip.sramBytes);
  await expect(`${input}==>\n${printPlacement(program, placement)}`).toMatchFileSnapshot(join(folder, file));
});
