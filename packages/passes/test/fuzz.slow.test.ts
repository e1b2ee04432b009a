/** Any pass leaves the oracle's answers as they are, to the bit, on random modules. */
import { type Answers, interpretProgram, type Module, printModule, verifyModule } from '@tessera-dnn/graph';
import { type RandomModule, randomModules, standInCalls, standInOps } from '@tessera-dnn/graph/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passes, runPasses } from '../src/index.ts';

const modules = randomModules({ table: standInOps, calls: standInCalls, maxCalls: 16 });
/**
 * They work on what no random module has: slopes, values kept for them, contractions of bytes (a golden has these), and what is left over where
 * another pass was at work before.
 */
const seldom: ReadonlySet<string> = new Set([
  'differentiate',
  'stack',
  'recompute',
  'fold-again',
  'dead',
  'widen',
  'bound',
]);

const options = { table: standInOps, strict: true };

function answers({ inputs, variables }: RandomModule, module: Module): Answers {
  const program = module.programs.find(({ name }) => name === 'net')!;
  return interpretProgram(module, program, standInOps, { inputs, variables });
}

function unchanged(random: RandomModule, run: (module: Module) => Module): void {
  const result = run(random.module);
  verifyModule(result, standInOps);
  expect(answers(random, result)).toEqual(answers(random, random.module));
}

describe('answers are unchanged by', () => {
  test.each(passes.map(pass => [pass.name, pass] as const))('%s', (_name, pass) => {
    fc.assert(
      fc.property(modules, random => unchanged(random, module => pass.run(module, options))),
      { numRuns: 200 },
    );
  });

  test('all passes, one after the other', () => {
    fc.assert(
      fc.property(modules, random => unchanged(random, module => runPasses(module, options, true))),
      { numRuns: 300 },
    );
  });
});

test('the random modules give every structural pass something to do', () => {
  const found = { map: 0, row: 0, epilogue: 0, prepare: 0 };
  for (const { module } of fc.sample(modules, { numRuns: 600, seed: 1 })) {
    const { programs } = runPasses(module, options);
    const nodes = programs.flatMap(({ graph }) => graph.nodes);
    if (nodes.some(({ op }) => op === 'map')) found.map++;
    if (nodes.some(({ op }) => op === 'row')) found.row++;
    if (nodes.some(({ epilogue }) => epilogue !== undefined)) found.epilogue++;
    if (programs.some(({ kind }) => kind === 'prepare')) found.prepare++;
  }
  for (const [name, count] of Object.entries(found)) expect(count, name).toBeGreaterThan(10);
});

test('the random modules give every pass something to do', () => {
  const idle = new Set(passes.map(({ name }) => name).filter(name => !seldom.has(name)));
  for (const { module } of fc.sample(modules, { numRuns: 3000, seed: 1 })) {
    passes.reduce((given, pass) => {
      const made = pass.run(given, { ...options, precision: 'bf16' });
      if (idle.has(pass.name) && printModule(made) !== printModule(given)) idle.delete(pass.name);
      return made;
    }, module);
    if (idle.size === 0) break;
  }
  expect([...idle], 'passes that change no random module: packages/graph/src/testing/calls.ts draws them').toEqual([]);
});

test('passes have distinct names and a line about each', () => {
  expect(new Set(passes.map(({ name }) => name)).size).toBe(passes.length);
  for (const { doc } of passes) expect(doc).toMatch(/^[a-z].*[^.]$/);
});
