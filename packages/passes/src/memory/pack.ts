/** From lives to addresses: the storages of a graph in a given order, as a problem for the allocator. */
import { allocate, type Buffer, type Strategy } from '@tessera-dnn/allocator';
import type { Flow } from './flow.ts';
import type { Usage } from './usage.ts';

/** One buffer per storage, named by the value that was there first; storages over variables and those of no bytes are left out. */
export function buffersOf(flow: Flow, order: readonly number[], usage: Usage): readonly Buffer[] {
  const storage = new Map<number, { id: number; lower: number; upper: number; size: number }>();
  order.forEach((node, step) => {
    if (usage.held[node] === 0) return;
    const upper = Math.min(usage.diesAt[node] + 1, order.length);
    const below = storage.get(usage.over[node]);
    if (below !== undefined) below.upper = upper;
    storage.set(node, below ?? { id: node, lower: step, upper, size: flow.bytes[node] });
  });
  return [...new Set(storage.values())];
}

/** The height of a placement that really exists. */
export function packedBytes(buffers: readonly Buffer[], strategy: Strategy = 'best-greedy'): number {
  const allocation = allocate({ buffers }, { strategy });
  // Without capacity and fixed offsets every problem has a placement.
  return allocation.status === 'conflict' ? Number.POSITIVE_INFINITY : allocation.placement.height;
}
