/**
 * The loops over a box: axes that all streams walk in one stride are merged, so that a contiguous tensor of any rank is one loop.
 */
import type { Stream } from '../kernel/stream.ts';

/** One loop: `count` turns, and how many bytes each stream moves per turn. */
export interface LoopAxis {
  readonly count: number;
  readonly strides: readonly number[];
}

/**
 * The loops over the given axes of a box, outermost first, in the order in which `leader` (a stream's index) lies in memory; axes of
 * extent 1 vanish and neighbours merge.
 */
export function loopAxes(
  count: readonly number[],
  streams: readonly Stream[],
  axes: readonly number[],
  leader: number,
): LoopAxis[] {
  const loops = axes
    .filter(axis => count[axis] > 1)
    .map(axis => ({ count: count[axis], strides: streams.map(stream => stream.strides[axis]) }))
    .sort((a, b) => span(b, leader) - span(a, leader));
  const merged: LoopAxis[] = [];
  for (const loop of loops) {
    const outer = merged.at(-1);
    if (outer?.strides.every((stride, i) => stride === loop.strides[i] * loop.count)) {
      merged[merged.length - 1] = { count: outer.count * loop.count, strides: loop.strides };
    } else {
      merged.push(loop);
    }
  }
  return merged;
}

/** Sorts by the leader's stride, and where it stands still by the longest stride of any other stream. */
function span(loop: LoopAxis, leader: number): number {
  const own = Math.abs(loop.strides[leader]);
  return own > 0 ? own : Math.max(...loop.strides.map(Math.abs)) * 1e-6;
}

/** Whether four turns of the loop can be one vector: every stream stands still or moves from element to element. */
export function vectorises(loop: LoopAxis, streams: readonly Stream[]): boolean {
  return loop.count >= 4 && loop.strides.every((stride, i) => stride === 0 || stride === streams[i].bytes);
}

/** At least this many turns are worth dividing among workers before an inner loop is tried. */
const enoughTurns = 24;

/** The loop whose turns the workers divide: the outermost with enough of them, else the one with the most. `turns` per loop. */
export function sharedLoop(turns: readonly number[]): number {
  const outermost = turns.findIndex(count => count >= enoughTurns);
  return outermost >= 0 ? outermost : turns.indexOf(Math.max(...turns));
}
