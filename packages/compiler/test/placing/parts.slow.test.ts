/** Random nests of `concat` and `pad` on one tile, whose parts are computed where they belong: they give what the oracle gives. */
import type { Module } from '@tessera-dnn/graph';
import { hostChip } from '@tessera-dnn/machine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frontEnd } from '../../src/index.ts';
import { load, oracle, relativeError, sampleData } from '../support/run-module.ts';

const step = fc.record({
  kind: fc.constantFrom('grow', 'branch', 'frame', 'rows', 'images', 'twice'),
  channels: fc.constantFrom(3, 4, 8),
  /** Whether the step's own input is a result of the program as well. */
  kept: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('random nests give what the oracle gives', () => {
  let inside = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 3 }), (steps, workers) => {
      const module = moduleOf(textOf(steps));
      const weights = new Map(module.variables.map(({ path, type }, i) => [path, sampleData(type, i)]));
      const chip = load(module, { ...hostChip, workers }, { math: 'strict', weights });
      inside += chip.tiles.moves.filter(({ to }) => to === undefined).length;
      const inputs = { x: sampleData({ element: 'f32', shape: [1, 4, 7, 6] }, 99) };
      const outputs = chip.run('m', inputs);
      const variables = module.variables.map(({ path }) => weights.get(path));
      for (const [name, { data }] of Object.entries(oracle(module, 'm', inputs, variables)))
        expect(relativeError(outputs[name], data), name).toBeLessThan(1e-4);
    }),
    { seed: 6, numRuns: 40 },
  );
  expect(inside).toBeGreaterThan(30);
});

function textOf(steps: readonly Step[]): string {
  const params: string[] = [];
  const lines = ['let t0 = relu(x)'];
  const outputs: string[] = [];
  let channels = 4;
  const conv = (of: string, outs: number, kernel: number): string => {
    const name = `w${params.length}`;
    params.push(`  param ${name}: f32[${outs}, ${channels}, ${kernel}, ${kernel}] = he_normal`);
    return `conv(${of}, ${name}, padding: ${(kernel - 1) / 2})`;
  };
  steps.forEach(({ kind, channels: wanted, kept }, i) => {
    const t = `t${i}`;
    if (kept) outputs.push(t);
    lines.push(`let t${i + 1} = ${made(kind, t, wanted)}`);
    if (kind === 'grow') channels += wanted;
    else if (kind === 'branch') channels = channels + wanted + 4;
    else if (kind === 'twice') channels *= 2;
    else channels = wanted;
  });

  function made(kind: Step['kind'], t: string, wanted: number): string {
    switch (kind) {
      case 'grow':
        return `concat([${t}, relu(${conv(t, wanted, 3)})], axis: 1)`;
      case 'branch':
        return `concat([${conv(t, wanted, 3)}, max_pool(${t}, 3, stride: 1, padding: 1), ${conv(t, 4, 1)}], axis: 1)`;
      case 'frame':
        return `pad(${conv(t, wanted, 3)}, [[0, 0], [0, 0], [1, 0], [0, 2]], value: 0.5)`;
      case 'rows':
        return `concat([${conv(t, wanted, 1)}, ${conv(t, wanted, 3)}], axis: 2)`;
      case 'images':
        return `concat([${conv(t, wanted, 3)}, ${conv(t, wanted, 1)}], axis: 0)`;
      case 'twice':
        return `concat([${t}, ${t}], axis: 1)`;
    }
  }

  const result = [`out: t${steps.length}`, ...outputs].join(', ');
  return `model m(x: f32[1, 4, 7, 6]) {\n${params.join('\n')}\n  ${lines.join('\n  ')}\n  return { ${result} }\n}\n`;
}

function moduleOf(text: string): Module {
  const outcome = frontEnd({ name: 'nest.dnn', text }, { math: 'strict' });
  if (!outcome.ok) throw new Error(`${outcome.diagnostics.map(({ message }) => message).join('\n')}\n${text}`);
  return outcome.value;
}
