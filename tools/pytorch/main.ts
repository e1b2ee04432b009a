/**
 * `npm run pytorch -- [--count N] [--seed N] [WORD…]`: draws cases about the prelude (all, or those whose name holds a word), and compares each with PyTorch.
 * Prints those that differ, and how many there were of each kind. Needs `python3` with PyTorch; `PYTHON` names another.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Case } from './case.ts';
import { mistakeOf } from './judge.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const script = fileURLToPath(new URL('generate.py', import.meta.url));
const flags = [
  '--count',
  values.count,
  '--seed',
  values.seed,
  ...(positionals.length > 0 ? ['--only', ...positionals] : []),
];
const python = spawn(process.env['PYTHON'] ?? 'python3', [script, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
const counts = new Map<string, { all: number; wrong: number }>();
for await (const line of createInterface({ input: python.stdout })) {
  const one = JSON.parse(line) as Case;
  const mistake = await mistakeOf(one);
  const count = counts.get(one.about) ?? { all: 0, wrong: 0 };
  counts.set(one.about, { all: count.all + 1, wrong: count.wrong + (mistake === undefined ? 0 : 1) });
  if (mistake !== undefined && count.wrong < 3) console.log(`${one.about} ${one.number}: ${mistake}\n${one.text}`);
}
const rows = [...counts].map(([about, { all, wrong }]) => `${about} ${all - wrong}/${all}`);
const sum = (of: 'all' | 'wrong') => [...counts.values()].reduce((total, count) => total + count[of], 0);
console.log(`${rows.join(', ')}\n${sum('all')} cases, ${sum('wrong')} of them not as PyTorch has them`);
process.exitCode = sum('wrong') > 0 || sum('all') === 0 ? 1 : 0;
