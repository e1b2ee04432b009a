/**
 * Measures how high the allocator's strategies place buffers, and how long the exact search takes.
 *
 * npm run bench:allocation -- [FOLDER] [--nodes=N] [--ablations]
 *
 * The problems are the CSV files of a folder, or without one generated problems. Heights of greedy strategies are given as shares of the
 * capacity, or of the lower bound if there is none. `--ablations` leaves out one rule of the search after the other.
 */
import { parseArgs } from 'node:util';
import {
  type AllocateOptions,
  type Allocation,
  allocate,
  allRules,
  type Rules,
  rankings,
  type SearchOptions,
  type Strategy,
  strategies,
} from '@tessera-dnn/allocator';
import Table from 'cli-table3';
import { type NamedProblem, ownProblems, problemsIn } from './problems.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { nodes: { type: 'string' }, ablations: { type: 'boolean' } },
});
const [folder] = positionals;
const nodes = Number(flags.nodes ?? 4_000_000);
const problems = folder === undefined ? ownProblems : problemsIn(folder);
const greedy = strategies.filter(name => name !== 'exact' && name !== 'separate' && name !== 'best-greedy');

/** Without colours, since the output goes into files. */
const style = { compact: true, head: [], border: [] };

console.log(flags.ablations ? ablationTable() : heightTable());

function heightTable(): string {
  const head = ['', 'buffers', 'bound', ...greedy.map(name => name.replace('greedy-', '')), 'exact', 'nodes', 'ms'];
  const table = new Table({
    head,
    style,
    colAligns: ['left', ...head.slice(1).map(() => 'right' as const)],
  });
  for (const { name, problem } of problems) {
    const { capacity } = problem;
    const { allocation, ms } = timed(problem, { strategy: 'exact' });
    const bound = allocation.status === 'conflict' ? Number.NaN : allocation.bound.size;
    const share = (strategy: Strategy) => (heightOf(allocate(problem, { strategy })) / (capacity ?? bound)).toFixed(3);
    table.push([
      name,
      problem.buffers.length,
      bound,
      ...greedy.map(share),
      exactCell(allocation),
      nodesOf(allocation),
      ms.toFixed(1),
    ]);
  }
  return table.toString();
}

/** Nodes and milliseconds for each problem, with all rules and then with each rule left out. */
function ablationTable(): string {
  const without = (Object.keys(allRules) as (keyof Rules)[]).map((name): [string, SearchOptions] => [
    `no ${name}`,
    { rules: { ...allRules, [name]: false } },
  ]);
  const alone = rankings.map((ranking): [string, SearchOptions] => [
    ranking.kind === 'by' ? `only ${ranking.criteria.join(', ')}` : 'drawn',
    { rankings: [ranking], draws: false },
  ]);
  const variants: readonly [string, SearchOptions][] = [
    ['all', {}],
    ...without,
    ['no draws', { draws: false }],
    ...alone,
  ];
  const head = ['', 'solved', 'nodes', 'ms'];
  const table = new Table({ head, style, colAligns: ['left', 'right', 'right', 'right'] });
  for (const [name, search] of variants) {
    const runs = problems.map(({ problem }) => timed(problem, { strategy: 'exact', search }));
    const solved = runs.filter(({ allocation }) => allocation.status === 'placed').length;
    const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0);
    table.push([
      name,
      `${solved} of ${runs.length}`,
      sum(run => nodesOf(run.allocation)),
      sum(run => run.ms).toFixed(0),
    ]);
  }
  return table.toString();
}

function timed(problem: NamedProblem['problem'], options: AllocateOptions) {
  const start = performance.now();
  const allocation = allocate(problem, { ...options, nodes });
  return { allocation, ms: performance.now() - start };
}

function exactCell(allocation: Allocation): string {
  if (allocation.status === 'placed') return `${allocation.placement.height}${allocation.isLeast ? '' : ' or less'}`;
  return allocation.status === 'conflict' ? 'conflict' : allocation.proven ? 'infeasible' : 'not found';
}

function heightOf(allocation: Allocation): number {
  return allocation.status === 'conflict' ? Number.NaN : allocation.placement.height;
}

function nodesOf(allocation: Allocation): number {
  return allocation.status === 'conflict' ? 0 : allocation.nodes;
}
