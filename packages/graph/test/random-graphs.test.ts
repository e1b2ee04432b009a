import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interpretProgram } from '../src/interpret.ts';
import { parseModule } from '../src/parse.ts';
import { printModule } from '../src/print.ts';
import { rewriteGraph } from '../src/rewrite.ts';
import { randomModules, standInCalls, standInOps } from '../src/testing/index.ts';
import { verifyModule } from '../src/verify.ts';

const modules = randomModules({ table: standInOps, calls: standInCalls });

test('random modules verify, and their text reads back', () => {
  fc.assert(
    fc.property(modules, ({ module }) => {
      verifyModule(module, standInOps);
      const text = printModule(module);
      const again = parseModule(text);
      verifyModule(again, standInOps);
      expect(printModule(again)).toBe(text);
    }),
  );
});

test('a rewrite that copies every node changes nothing', () => {
  fc.assert(
    fc.property(modules, ({ module, inputs, variables }) => {
      const [program] = module.programs;
      const graph = rewriteGraph(program.graph, standInOps, step => step.copy());
      expect(graph.nodes.length).toBe(program.graph.nodes.length);
      const wanted = interpretProgram(module, program, standInOps, { inputs, variables });
      expect(interpretProgram(module, { ...program, graph }, standInOps, { inputs, variables })).toEqual(wanted);
    }),
  );
});

test('random modules are of some size', () => {
  const sizes = fc
    .sample(modules, { numRuns: 200, seed: 1 })
    .map(({ module }) => module.programs[0].graph.nodes.length);
  expect(Math.max(...sizes)).toBeGreaterThan(8);
});
