/**
 * What is live while a graph runs in a given order, and the peak. Everything is counted in full while a node runs: its operands, and its
 * result unless that takes the memory of an operand that dies.
 */
import type { Flow } from './flow.ts';

export interface Usage {
  readonly peakBytes: number;
  /** The first step, by its place in the order, at which the peak is reached. */
  readonly peakStep: number;
  /** Bytes live before and during each step. */
  readonly before: Float64Array;
  readonly during: Float64Array;
  /** By node: the value whose memory its result was written over; `ownMemory` or `overVariable` if there is none. */
  readonly over: Int32Array;
  /** By node: bytes that its result holds while it lives. */
  readonly held: Float64Array;
  /** By node: the last step at which it is live; one past the last for what is live at the end. */
  readonly diesAt: Int32Array;
}

const ownMemory = -1;
export const overVariable = -2;

/** What is live while the nodes run in `order`, which has all nodes but leaves, each after its operands. O(nodes + edges). */
export function usageOf(flow: Flow, order: readonly number[]): Usage {
  const count = flow.bytes.length;
  const left = readerCounts(flow);
  const done = new Uint8Array(count);
  const [before, during] = [new Float64Array(order.length), new Float64Array(order.length)];
  const over = new Int32Array(count).fill(ownMemory);
  const held = new Float64Array(count);
  const diesAt = new Int32Array(count).fill(order.length);
  let live = 0;
  let peakStep = 0;
  order.forEach((node, step) => {
    before[step] = live;
    over[node] = placeOver(flow, node, left, held, done);
    held[node] = over[node] === overVariable ? 0 : flow.bytes[node];
    live += held[node];
    during[step] = over[node] === ownMemory ? live : before[step];
    if (during[step] > during[peakStep]) peakStep = step;
    for (const value of flow.reads[node]) if (--left[value] === 0) end(value, step);
    if (left[node] === 0) end(node, step);
    done[node] = 1;
  });
  return { peakBytes: during[peakStep] ?? 0, peakStep, before, during, over, held, diesAt };

  function end(value: number, step: number): void {
    live -= held[value];
    diesAt[value] = step;
  }
}

/** How many nodes read each value; what lasts is read once more, at the end. */
export function readerCounts({ reads, lasts }: Flow): Int32Array {
  const left = Int32Array.from(lasts);
  for (const list of reads) for (const value of list) left[value]++;
  return left;
}

function placeOver(flow: Flow, node: number, left: Int32Array, held: Float64Array, done: Uint8Array): number {
  if (flow.replaces.get(node)?.every(reader => done[reader] === 1)) return overVariable;
  return flow.overwrites[node].find(value => left[value] === 1 && held[value] === flow.bytes[node]) ?? ownMemory;
}
