/**
 * `npm run onnx [-- WORD…]`: runs the installed cases whose names hold one of the words, all without any, and prints how they come out: a table by what they
 * are about, and each that is not right with the reason. `--narrow` runs them with types of 8, 16 and 64 bits. `--operators` prints the list of operators
 * for docs/importing.md instead.
 */
import { importedOperators } from '@tessera-dnn/onnx';
import { installedCases } from './cases.ts';
import { judge, type Verdict } from './judge.ts';

const allNarrow = ['f64', 'u64', 'u32', 'u16', 'i16'];

const flags = process.argv.slice(2);
if (flags.includes('--operators')) {
  console.log(importedOperators.map(({ name }) => `\`${name}\``).join(' '));
  process.exit();
}
const narrow = flags.includes('--narrow') ? allNarrow : [];
const isQuiet = flags.includes('--quiet');
const words = flags.filter(flag => !flag.startsWith('--'));
const cases = installedCases().filter(({ name }) => words.length === 0 || words.some(word => name.includes(word)));
const verdicts = new Map<Verdict['kind'], number>();
for (const one of cases) {
  const verdict = await judge(one, { narrow });
  verdicts.set(verdict.kind, (verdicts.get(verdict.kind) ?? 0) + 1);
  if (verdict.kind !== 'right' && !(isQuiet && verdict.kind === 'refused'))
    console.log(`${verdict.kind.padEnd(8)} ${one.name}: ${verdict.reason}`);
}
console.log(`${cases.length} cases: ${[...verdicts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
