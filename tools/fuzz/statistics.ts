/** Counts what a session has tried and found. */
import { ops } from '@tessera-dnn/ops';
import type { Body, FileDescription } from './describe/program.ts';
import { isCall } from './describe/program.ts';
import type { Case } from './draw/case.ts';
import { layers } from './draw/layers.ts';
import { optimisers, schedules } from './draw/training.ts';
import type { Verdict } from './judge/judge.ts';

export class Statistics {
  cases = 0;
  /** The number of runs: programs × chips × options. */
  runs = 0;
  /** The case and message of each fault. */
  readonly found: string[] = [];
  readonly #families = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  #known = 0;
  #elements = 0;

  count(index: number, { file }: Case, { faults, refusals, runs, known }: Verdict): void {
    this.cases++;
    this.runs += runs;
    this.found.push(...faults.map(({ message }) => `case ${index}: ${message}`));
    this.#known += known.known;
    this.#elements += known.all;
    for (const { family } of faults) add(this.#families, family);
    for (const { code } of refusals) add(this.#refusals, code);
    // A file that is refused has tested nothing.
    if (known.all > 0) for (const callee of calleesOf(file)) add(this.#calls, callee);
  }

  lines(): readonly string[] {
    const share = this.#elements === 0 ? 0 : (100 * this.#known) / this.#elements;
    return [
      `${this.cases} files, ${this.runs} runs of a file on a chip with options, ${this.found.length} faults`,
      ...most(this.#families).map(([family, count]) => `  ${count} × ${family}`),
      `answers known to a thousandth: ${share.toFixed(1)} % of ${this.#elements} elements`,
      `refused: ${listed(this.#refusals)}`,
      `operations: ${covered(this.#calls, operationNames)}`,
      `blocks of the prelude: ${covered(this.#calls, blockNames)}`,
    ];
  }
}

const operationNames = ops.all.map(({ name }) => name);
const blockNames = [layers, optimisers, schedules].flatMap(table => Object.keys(table));

/** The names that a file calls, each once. */
export function calleesOf({ bodies }: FileDescription): ReadonlySet<string> {
  return new Set(bodies.flatMap(calleesOfBody));
}

function calleesOfBody({ statements }: Body): readonly string[] {
  return statements.flatMap(statement => {
    if (statement.kind === 'assign') return [];
    if (statement.kind === 'let') return [statement.call.callee];
    const { callee, args } = statement.optimiser;
    return [callee, ...Object.values(args).flatMap(arg => (arg !== undefined && isCall(arg) ? [arg.callee] : []))];
  });
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const most = (counts: ReadonlyMap<string, number>) => [...counts].sort(([, a], [, b]) => b - a);

function listed(counts: ReadonlyMap<string, number>): string {
  return counts.size === 0
    ? 'nothing'
    : most(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
}

/** How many of the names were called, how many files called the rarest one, and which were never called. */
function covered(calls: ReadonlyMap<string, number>, names: readonly string[]): string {
  const missing = names.filter(name => !calls.has(name));
  const counts = names.map(name => calls.get(name) ?? 0).sort((a, b) => a - b);
  const rest = missing.length === 0 ? '' : `; not ${missing.join(', ')}`;
  return `${names.length - missing.length} of ${names.length}, each in ${counts[0]} to ${counts.at(-1)} files${rest}`;
}
