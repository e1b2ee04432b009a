/** The problems on which the allocator is measured: the CSV files of a folder, or generated problems that fit exactly. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, parseCsv } from '@tessera-dnn/allocator';
import { type HardProblem, hardProblem } from '@tessera-dnn/allocator/testing';

export interface NamedProblem {
  readonly name: string;
  readonly problem: Problem;
}

/** The problems of a folder. The capacity of each is the number before `.csv` in its name; without a number it has none. */
export function problemsIn(folder: string): readonly NamedProblem[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.csv'))
    .sort()
    .map(file => {
      const parsed = parseCsv({ name: file, text: readFileSync(join(folder, file), 'utf8') });
      if (!parsed.ok) throw new Error(`${file}: ${parsed.diagnostics[0].message}`);
      const [, capacity] = /\.(\d+)\.csv$/.exec(file) ?? [];
      const problem = capacity === undefined ? parsed.value : { ...parsed.value, capacity: Number(capacity) };
      return { name: file, problem };
    });
}

/** Problems with long, mixed and short lives, packed to the last address or with a little room left. */
const kinds: readonly HardProblem[] = [
  { seed: 1, count: 100, cutsOfTime: 0.3, loose: 0 },
  { seed: 2, count: 100, cutsOfTime: 0.3, loose: 0.04 },
  { seed: 3, count: 100, cutsOfTime: 0.3, loose: 0.1 },
  { seed: 4, count: 100, cutsOfTime: 1, loose: 0 },
  { seed: 5, count: 100, cutsOfTime: 1, loose: 0.04 },
  { seed: 6, count: 100, cutsOfTime: 1, loose: 0.1 },
  { seed: 7, count: 100, cutsOfTime: 4, loose: 0 },
  { seed: 8, count: 100, cutsOfTime: 4, loose: 0.04 },
  { seed: 9, count: 100, cutsOfTime: 4, loose: 0.1 },
  { seed: 12, count: 200, cutsOfTime: 0.3, loose: 0.1 },
  { seed: 15, count: 200, cutsOfTime: 1, loose: 0.1 },
  { seed: 16, count: 200, cutsOfTime: 4, loose: 0 },
  { seed: 17, count: 200, cutsOfTime: 4, loose: 0.04 },
  { seed: 25, count: 350, cutsOfTime: 4, loose: 0 },
];

export const ownProblems: readonly NamedProblem[] = kinds.map(kind => ({
  name: `${kind.count} buffers, seed ${kind.seed}: ${kind.cutsOfTime} cuts of time, ${100 * kind.loose} % loose`,
  problem: hardProblem(kind),
}));
