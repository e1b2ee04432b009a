/** Golden texts of tiling: `// N tiles: what holds`, a module, `==>`, and what is made of it. */
import { readFileSync } from 'node:fs';
import { parseModule, verifyModule } from '@tessera-dnn/graph';
import { type ChipSpec, tinyChip } from '@tessera-dnn/machine';
import { lower, type TileProgram } from '../../src/index.ts';
import { tilingStandIns as table } from './stand-ins.ts';

export interface Golden {
  /** All before the arrow. */
  readonly input: string;
  readonly chip: ChipSpec;
  /** What the module is lowered to, on tiles of one worker. */
  readonly program: TileProgram;
}

/** Reads the text at `path`, whatever stands after its arrow. */
export function readGolden(path: string): Golden {
  const text = readFileSync(path, 'utf8');
  const input = text.slice(0, text.indexOf('==>\n'));
  const chip = { ...tinyChip, tiles: Number(/^\/\/ (\d+) tile/.exec(text)?.[1]), workers: 1 };
  const module = parseModule(input);
  verifyModule(module, table);
  return { input, chip, program: lower(module, { chip, table, math: 'strict', weights: new Map(), memoryShare: 1 }) };
}
