/**
 * What `estimatedCycles` guesses from a graph, by which `recompute` chooses, agrees with what the report counts on the host from recorded
 * kernels. There every node that computes is one vertex, so the two can be held against each other node by node.
 *
 * Programs: the counted cycles are 1.5 to 2.9 times the estimate in the examples, since contractions reach a half of their eight
 * multiply-adds a cycle, and 2 to 36 times in small random networks (all but one below 15). Those with the highest ratios spend their time on what the
 * estimate does not tell from an addition, since it knows no operation: exponentials, sigmoids and tangents (15 to 30 times), divisions (15),
 * windows of pools and groups of few channels (up to 100 at a few hundred elements). Only ratios of estimates count, so a common factor
 * changes nothing. Winograd's transforms, which make a 3×3 convolution on the host up to three times as cheap as it is estimated, are left out: where memory
 * is scarce and something has to be computed again, no plan takes them. Contractions of 16 bits are estimated at four times the rate, as chips have it; the host has no such rate.
 *
 * Order: of two nodes, one of which is worth at least a hundredth of its program, that with twice the estimate counts more cycles in 99 of 100
 * pairs of an example and in 96 of 100 of random networks; by chance it would be 50. The bounds below leave room for other kernels.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompileOptions, type Plan, plan } from '@tessera-dnn/compiler';
import type { Source } from '@tessera-dnn/diagnostics';
import { operandTypes, type Program, workOf } from '@tessera-dnn/graph';
import { createPick, ops } from '@tessera-dnn/ops';
import { estimatedCycles } from '@tessera-dnn/passes';
import { expect, test } from 'vitest';
import { textsOf } from './describe/text.ts';
import { drawNetworkCase } from './draw/case.ts';
import { sourceOf } from './judge/trial.ts';

interface Costs {
  readonly name: string;
  readonly estimated: readonly number[];
  readonly counted: readonly number[];
  /** How many times as quick its contractions may be estimated as the host is. */
  readonly quicker: 1 | 4;
}

const examples = join(import.meta.dirname, '../../examples');
const networks = ['lenet', 'mlp', 'resnet8', 'lstm', 'ds_cnn', 'autoencoder', 'gpt'];

test.each(networks)('%s', name => {
  const load = (path: string): Source => ({ name: path, text: readFileSync(join(examples, path), 'utf8') });
  for (const costs of costsIn(load(`${name}.dnn`), { load })) {
    const ratio = total(costs.counted) / total(costs.estimated);
    expect(ratio, costs.name).toBeGreaterThan(1.4);
    expect(ratio, costs.name).toBeLessThan(3.2);
    const { alike, pairs } = orderOf(costs);
    expect(alike / pairs, costs.name).toBeGreaterThan(0.98);
  }
});

test('random networks', () => {
  const drawn = Array.from({ length: 40 }, (_, seed) => {
    const { source, load, set } = sourceOf({ ...textsOf(drawNetworkCase(createPick(seed)).file), ...noRuns });
    return costsIn(source, { load, set });
  });
  // In smaller programs the fixed cost of vertices is most of what is counted.
  const large = drawn.flat().filter(({ counted }) => total(counted) > 20_000);
  expect(large.length).toBeGreaterThan(10);
  for (const { name, counted, estimated, quicker } of large) {
    const ratio = total(counted) / total(estimated);
    expect(ratio, name).toBeGreaterThan(1.3);
    expect(ratio, name).toBeLessThan(50 * quicker);
  }
  const orders = large.map(orderOf);
  const share = total(orders.map(({ alike }) => alike)) / total(orders.map(({ pairs }) => pairs));
  expect(share).toBeGreaterThan(0.9);
});

const noRuns = { settings: [], seed: 0, rounds: 0 };

/** For each program, what its nodes that compute are estimated at and counted. None where the source has errors. */
function costsIn(source: Source, options: CompileOptions): readonly Costs[] {
  const planned = plan(source, { ...options, withoutVariants: ['winograd'] });
  if (!planned.ok) return [];
  const { module, tiles } = planned.value;
  return tiles.programs.map(({ name, firstPhase, phases }) => {
    const program = module.programs.find(other => other.name === name) as Program;
    const estimated = estimatesOf(program);
    const counted = countsOf(planned.value, firstPhase, phases);
    expect(counted.length, name).toBe(estimated.length);
    const narrow = program.graph.nodes.some(({ type: { element } }) => element === 'f16' || element === 'bf16');
    return { name: `${source.name} ${name}`, estimated, counted, quicker: narrow ? 4 : 1 };
  });
}

function estimatesOf({ graph }: Program): readonly number[] {
  const all = estimatedCycles(graph, ops);
  const computes = graph.nodes.map(node => workOf(node, operandTypes(graph, node), ops) !== undefined);
  return [...all].filter((_, node) => computes[node]);
}

function countsOf({ tiles }: Plan, firstPhase: number, phases: number): readonly number[] {
  return tiles.phases
    .slice(firstPhase, firstPhase + phases)
    .flatMap(phase => (phase.kind === 'compute' ? [tiles.classes[phase.classOf[0]].cycles] : []));
}

/** How many pairs of nodes that differ twofold there are, and how many of them are in the same order in both. */
function orderOf({ estimated, counted }: Costs): { readonly alike: number; readonly pairs: number } {
  const least = [total(estimated) / 100, total(counted) / 100];
  let alike = 0;
  let pairs = 0;
  for (const more of estimated.keys()) {
    for (const less of estimated.keys()) {
      const matters = estimated[more] > least[0] || counted[less] > least[1];
      if (!matters || estimated[more] <= 2 * estimated[less]) continue;
      pairs++;
      if (counted[more] > counted[less]) alike++;
    }
  }
  return { alike, pairs };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
