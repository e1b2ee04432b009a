/** The options of `tessera-allocate`. */
import {
  allRules,
  type Criterion,
  type Ranking,
  type Rules,
  type SearchOptions,
  type Strategy,
  strategies,
} from '@tessera-dnn/allocator';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { size, wholeNumber } from '../flags/values.ts';

export interface AllocateFlags extends Rules {
  readonly capacity?: number;
  readonly strategy: Strategy;
  readonly seconds?: number;
  readonly nodes?: number;
  readonly output?: string;
  readonly ranking?: readonly Ranking[];
  readonly draws: boolean;
}

const rules: { readonly [name in keyof Rules]: string } = {
  canonical: 'do not require that offsets never decrease along a path',
  dominance: 'allow a gap that another buffer could use',
  decomposition: 'do not split where no buffer crosses a moment any more',
  sections:
    'do not cut where a moment’s floor plus what is still to be placed exceeds the capacity; implies --no-inference',
  inference: 'do not raise buffers that cannot be the lowest of a moment',
};

const criteria: readonly Criterion[] = ['width', 'area', 'size', 'total', 'sections', 'others'];

/** Adds the options of `tessera-allocate` to its command. A value that cannot be read is a usage error. */
export function addFlags(program: Command): Command {
  program
    .addOption(new Option('--capacity <bytes>', 'what all must fit into').argParser(size))
    .addOption(new Option('--strategy <name>', 'how offsets are found').choices(strategies).default('exact'))
    .addOption(
      new Option('--seconds <number>', 'how long to search (default: 60; without a capacity 5)').argParser(seconds),
    )
    .addOption(
      new Option('--nodes <number>', 'how many steps to search instead: the same result anywhere').argParser(
        wholeNumber,
      ),
    )
    .option('-o, --output <file>', 'write there, not to the standard output')
    .addOption(
      new Option(
        '--ranking <criteria>',
        `only this order among equal offsets; several times for several: ${criteria.join(', ')}`,
      ).argParser(ranking),
    )
    .option('--no-draws', 'no rankings by chance');
  for (const name of Object.keys(allRules) as (keyof Rules)[]) program.option(`--no-${name}`, rules[name]);
  return program;
}

/** The options of the exact search. Rankings that the user names are the only ones: none are drawn at random beside them. */
export function searchOf({
  ranking,
  draws,
  canonical,
  dominance,
  decomposition,
  sections,
  inference,
}: AllocateFlags): SearchOptions {
  const rules = { canonical, dominance, decomposition, sections, inference };
  return { rules, ...(ranking ? { rankings: ranking } : {}), draws: draws && !ranking };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text.trim())) throw new InvalidArgumentError('It must be a number of seconds.');
  return value;
}

function ranking(text: string, earlier: readonly Ranking[] = []): readonly Ranking[] {
  const names = text.split(',').map(name => name.trim());
  const found = names.flatMap(name => criteria.find(criterion => criterion === name) ?? []);
  if (found.length !== names.length) throw new InvalidArgumentError(`Write criteria like total,width,area.`);
  return [...earlier, { kind: 'by', criteria: found }];
}
