/**
 * Random chains of convolutions and pools on one tile with one worker: written over each other behind their reads, they give what the
 * oracle gives, and the referee agrees.
 */
import type { Module } from '@tessera-dnn/graph';
import { hostChip } from '@tessera-dnn/machine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frontEnd } from '../../src/index.ts';
import { load, oracle, relativeError, sampleData } from '../support/run-module.ts';

interface Step {
  readonly kind: 'conv' | 'depthwise' | 'max' | 'average';
  readonly kernel: number;
  readonly stride: number;
  readonly channels: number;
  readonly relu: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('conv', 'depthwise', 'max', 'average'),
  kernel: fc.constantFrom(1, 3, 5),
  stride: fc.constantFrom(1, 1, 2),
  channels: fc.constantFrom(3, 4, 8, 12, 20),
  relu: fc.boolean(),
});

const chains = fc.record({
  images: fc.integer({ min: 1, max: 2 }),
  side: fc.integer({ min: 9, max: 20 }),
  steps: fc.array(step, { minLength: 2, maxLength: 6 }),
});

test('random chains give what the oracle gives', () => {
  let tied = 0;
  fc.assert(
    fc.property(chains, ({ images, side, steps }) => {
      const module = moduleOf(textOf(images, side, steps));
      const weights = new Map(module.variables.map(({ path, type }, i) => [path, sampleData(type, i)]));
      const chip = load(module, hostChip, { math: 'strict', weights });
      tied += chip.placement.ties.length;
      const inputs = { x: sampleData({ element: 'f32', shape: [images, 4, side, side] }, 99) };
      const { output } = chip.run('m', inputs);
      const wanted = oracle(
        module,
        'm',
        inputs,
        module.variables.map(({ path }) => weights.get(path)),
      )['output'];
      expect(relativeError(output, wanted.data)).toBeLessThan(1e-4);
    }),
    { seed: 4, numRuns: 40 },
  );
  expect(tied).toBeGreaterThan(40);
});

function textOf(images: number, side: number, steps: readonly Step[]): string {
  let channels = 4;
  const params: string[] = [];
  const calls = steps.map(({ kind, kernel, stride, channels: wanted, relu }, i) => {
    const window = `stride: ${stride}, padding: ${(kernel - 1) / 2}`;
    const after = relu ? ' |> relu' : '';
    if (kind === 'max' || kind === 'average') {
      return `${kind === 'max' ? 'max_pool' : 'avg_pool'}(${kernel}, ${window})${after}`;
    }
    const outputs = kind === 'conv' ? wanted : channels;
    params.push(`  param w${i}: f32[${outputs}, ${kind === 'conv' ? channels : 1}, ${kernel}, ${kernel}] = he_normal`);
    const groups = kind === 'conv' ? 1 : channels;
    channels = outputs;
    return `conv(w${i}, ${window}, groups: ${groups})${after}`;
  });
  return `model m(x: f32[${images}, 4, ${side}, ${side}]) {\n${params.join('\n')}\n  x |> ${calls.join(' |> ')}\n}\n`;
}

function moduleOf(text: string): Module {
  const outcome = frontEnd({ name: 'chain.dnn', text }, { math: 'strict' });
  if (!outcome.ok) throw new Error(`${outcome.diagnostics.map(({ message }) => message).join('\n')}\n${text}`);
  return outcome.value;
}
