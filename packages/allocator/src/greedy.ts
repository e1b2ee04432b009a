/** Greedy placement: one buffer after the other, each at the lowest offset that is free during its whole life. */
import { freeSpaceFor, roundUp } from './free-space.ts';
import type { Order } from './order.ts';
import type { Buffer } from './problem.ts';
import type { Timeline } from './timeline.ts';

/** Offsets by the buffer's index in the problem. */
export interface Placement {
  readonly offsets: Float64Array;
  /** The highest end of any buffer. */
  readonly height: number;
}

/** What is the same for every order: made once, tried with as many as one likes. */
export interface GreedyPlan {
  place(order: Order): Placement;
}

export function greedyPlan(buffers: readonly Buffer[], timeline: Timeline): GreedyPlan {
  const settled = new Float64Array(buffers.length).fill(-1);
  const isFixed = buffers.some(buffer => buffer.fixedOffset !== undefined);
  // Above a stack of weights the rest need not look at them; among fixed buffers they have to find their places like all others.
  const base = isFixed ? 0 : stackAlwaysLive(buffers, timeline, settled);
  const taking = Uint8Array.from(buffers, ({ size }, i) => (settled[i] < 0 && size > 0 ? 1 : 0));
  const emptySpace = freeSpaceFor(timeline, taking, base);
  return {
    place(order) {
      const offsets = settled.slice();
      const space = emptySpace();
      buffers.forEach(({ fixedOffset, size }, i) => {
        if (fixedOffset === undefined) return;
        offsets[i] = fixedOffset;
        if (size > 0) space.add(i, fixedOffset, size);
      });
      for (const i of order(buffers, timeline)) {
        if (offsets[i] >= 0) continue;
        const { size, alignment = 1 } = buffers[i];
        offsets[i] = size === 0 ? 0 : space.lowest(i, size, alignment);
        if (size > 0) space.add(i, offsets[i], size);
      }
      return { offsets, height: heightOf(buffers, offsets) };
    },
  };
}

/** Gives the buffers that are always live their offsets, the most aligned first so that little is lost between them; returns their end. */
function stackAlwaysLive(buffers: readonly Buffer[], { times, first, end }: Timeline, offsets: Float64Array): number {
  const always = [...buffers.keys()].filter(i => first[i] === 0 && end[i] === times.length);
  always.sort((a, b) => (buffers[b].alignment ?? 1) - (buffers[a].alignment ?? 1) || a - b);
  let top = 0;
  for (const i of always) {
    offsets[i] = roundUp(top, buffers[i].alignment ?? 1);
    top = offsets[i] + buffers[i].size;
  }
  return top;
}

function heightOf(buffers: readonly Buffer[], offsets: Float64Array): number {
  let height = 0;
  for (let i = 0; i < buffers.length; i++) {
    if (buffers[i].size > 0) height = Math.max(height, offsets[i] + buffers[i].size);
  }
  return height;
}
