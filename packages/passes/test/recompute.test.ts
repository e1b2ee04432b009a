/** Copies: what they change in a flow, and that plans keep what they promise. */
import { interpretProgram, verifyModule } from '@tessera-dnn/graph';
import { randomModules, standInCalls, standInOps } from '@tessera-dnn/graph/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Flow, flowOf } from '../src/memory/flow.ts';
import { usageOf } from '../src/memory/usage.ts';
import { computingNodes } from '../src/order/best.ts';
import { chooseReplicas } from '../src/recompute/choose.ts';
import { replicate } from '../src/recompute/replicas.ts';
import { turnOf } from '../src/recompute/turn.ts';
import { withReplicas } from '../src/recompute.ts';
import { flows } from './support/flows.ts';

/** A pass forward over `layers` layers and one back, in which each layer reads the value before it: a chain that is kept whole. */
function chain(layers: number, bytes = 8): Flow {
  const operands: number[][] = [];
  for (let layer = 0; layer < layers; layer++) operands.push(layer === 0 ? [] : [layer - 1]);
  for (let layer = layers - 1; layer >= 0; layer--) operands.push([operands.length - 1, layer]);
  return {
    bytes: new Float64Array(operands.length).fill(bytes),
    memoryOf: [...operands.keys()],
    operands,
    reads: operands,
    overwrites: operands.map((_, node) => (node > layers ? [node - 1] : [])),
    lasts: Uint8Array.from(operands, (_, node) => (node === operands.length - 1 ? 1 : 0)),
    replaces: new Map(),
  };
}

function planned(flow: Flow, mode: 'sqrt' | 'auto' | number) {
  const order = [...flow.bytes.keys()];
  const usage = usageOf(flow, order);
  const ones = new Float64Array(order.length).fill(1);
  const plan = chooseReplicas(flow, order, ones, new Uint8Array(order.length).fill(1), mode);
  return { before: usage.peakBytes, plan };
}

describe('a chain of n layers', () => {
  test.each([16, 64, 256, 1024])('takes about the root of n: %d', layers => {
    const { before, plan } = planned(chain(layers), 'sqrt');
    expect(before).toBeGreaterThan(8 * layers);
    expect(plan?.usage.peakBytes).toBeLessThan(8 * (2.5 * Math.sqrt(layers) + 4));
    expect(plan?.copied.length).toBeLessThanOrEqual(layers);
  });

  test('goes down to a target for no more cycles than needed', () => {
    const [loose, tight] = [1600, 800].map(target => planned(chain(256), target).plan!);
    expect(loose.usage.peakBytes).toBeLessThanOrEqual(1600);
    expect(tight.usage.peakBytes).toBeLessThanOrEqual(800);
    expect(loose.extraCycles).toBeLessThan(tight.extraCycles);
  });

  test('is left alone where the target is met', () => {
    expect(planned(chain(256), 1e6).plan).toBeUndefined();
  });

  test('adds at most a third to the cycles under auto', () => {
    const flow = chain(256);
    const { before, plan } = planned(flow, 'auto');
    expect(plan?.extraCycles).toBeLessThanOrEqual(flow.bytes.length / 3);
    expect(plan?.usage.peakBytes).toBeLessThan(before / 2);
  });
});

test('whatever is dropped, late nodes read copies of it, and nothing early changes', () => {
  fc.assert(
    fc.property(flows(20), fc.infiniteStream(fc.boolean()), (flow, coin) => {
      const order = [...flow.bytes.keys()];
      const turn = turnOf(flow, order, usageOf(flow, order));
      const dropped = Uint8Array.from(order, node =>
        turn.early[node] === 1 && flow.bytes[node] > 0 && coin.next().value ? 1 : 0,
      );
      const { flow: larger, order: all, copied } = replicate(flow, turn, dropped);
      expect(all.toSorted((a, b) => a - b)).toEqual([...larger.bytes.keys()]);
      expect(new Set(copied).size).toBe(copied.length);
      all.forEach((node, at) => {
        const original = copied[node - order.length] ?? node;
        const back = larger.operands[node].map(operand => copied[operand - order.length] ?? operand);
        expect(back).toEqual(flow.operands[original]);
        for (const operand of larger.operands[node]) expect(all.indexOf(operand)).toBeLessThan(at);
        const isLate = node >= order.length || turn.early[node] === 0;
        for (const operand of larger.operands[node]) {
          const isDropped = operand < order.length && turn.early[operand] === 1 && dropped[operand] === 1;
          expect(isLate && isDropped).toBe(false);
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('a graph with copies of anything, read behind any of its nodes, gives the same answers', () => {
  const modules = randomModules({ table: standInOps, calls: standInCalls, maxCalls: 16 });
  let copies = 0;
  fc.assert(
    fc.property(modules, fc.nat(), fc.infiniteStream(fc.boolean()), (random, at, coin) => {
      const { module, inputs, variables } = random;
      const program = module.programs.find(({ name }) => name === 'net')!;
      const flow = flowOf(program.graph, standInOps);
      const order = computingNodes(program.graph);
      const early = Uint8Array.from(flow.bytes, (_, node) => (order.indexOf(node) <= at % (order.length + 1) ? 1 : 0));
      const dropped = flow.bytes.map((bytes, node) => (early[node] === 1 && bytes > 0 && coin.next().value ? 1 : 0));
      const graph = withReplicas(program.graph, replicate(flow, { order, early }, Uint8Array.from(dropped)));
      const copied = { ...module, programs: module.programs.map(p => (p === program ? { ...p, graph } : p)) };
      verifyModule(copied, standInOps);
      copies += graph.nodes.filter(({ replica }) => replica !== undefined).length;
      const answer = interpretProgram(copied, { ...program, graph }, standInOps, { inputs, variables });
      expect(answer).toEqual(interpretProgram(module, program, standInOps, { inputs, variables }));
    }),
    { numRuns: 200 },
  );
  expect(copies).toBeGreaterThan(10);
});
