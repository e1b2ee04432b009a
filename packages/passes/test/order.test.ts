/** Orders: legal, no worse than as written, and the best there is where the graph is small; live bytes counted a second way. */
import { allocate, lowerBound, verifyPlacement } from '@tessera-dnn/allocator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Flow } from '../src/memory/flow.ts';
import { buffersOf } from '../src/memory/pack.ts';
import { usageOf } from '../src/memory/usage.ts';
import { bestOrder, heuristics } from '../src/order/best.ts';
import { flows, legalOrders } from './support/flows.ts';

const asWritten = ({ bytes }: Flow) => [...bytes.keys()];

function expectLegal({ operands }: Flow, order: readonly number[]): void {
  expect(order.toSorted((a, b) => a - b)).toEqual([...operands.keys()]);
  order.forEach((node, at) => {
    for (const operand of operands[node]) expect(order.indexOf(operand)).toBeLessThan(at);
  });
}

test('every heuristic gives a legal order', () => {
  fc.assert(
    fc.property(flows(30), fc.constantFrom(...heuristics), (flow, heuristic) => {
      expectLegal(flow, heuristic(flow, asWritten(flow)));
    }),
    { numRuns: 500 },
  );
});

test('the best order is legal and never worse than as written', () => {
  fc.assert(
    fc.property(flows(60), flow => {
      const { order, usage } = bestOrder(flow, asWritten(flow));
      expectLegal(flow, order);
      expect(usage.peakBytes).toBeLessThanOrEqual(usageOf(flow, asWritten(flow)).peakBytes);
    }),
    { numRuns: 200 },
  );
});

test('small graphs are ordered as well as any order could', () => {
  let improved = 0;
  fc.assert(
    fc.property(flows(7), flow => {
      const peaks = [...legalOrders(flow)].map(order => usageOf(flow, order).peakBytes);
      const { peakBytes } = bestOrder(flow, asWritten(flow)).usage;
      if (peakBytes < usageOf(flow, asWritten(flow)).peakBytes) improved++;
      // A window keeps what lies over a variable there; no order it can reach beats it.
      if (flow.replaces.size === 0) expect(peakBytes).toBe(Math.min(...peaks));
      else expect(peakBytes).toBeGreaterThanOrEqual(Math.min(...peaks));
    }),
    { numRuns: 300 },
  );
  expect(improved).toBeGreaterThan(10);
});

test('the peak is what the allocator finds live at once, and there is a placement of the storages', () => {
  fc.assert(
    fc.property(flows(40), fc.constantFrom(...heuristics), (flow, heuristic) => {
      const order = heuristic(flow, asWritten(flow));
      const usage = usageOf(flow, order);
      const buffers = buffersOf(flow, order, usage);
      expect(lowerBound(buffers).size).toBe(usage.peakBytes);
      const allocation = allocate({ buffers }, { strategy: 'best-greedy' });
      expect(allocation.status).toBe('placed');
      if (allocation.status === 'placed')
        expect(verifyPlacement({ buffers }, allocation.placement.offsets)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
