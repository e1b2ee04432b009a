/**
 * Which lives ever overlap, as a list of neighbours for each: what a greedy allocator has to look at when it places one block. In a
 * program of many phases most buffers live for a few of them only, so the lists are short however many buffers there are.
 */
import type { Timeline } from './timeline.ts';

/** The lists of neighbours, one after the other. */
export interface Overlaps {
  /** The neighbours of life i are `others[from[i]] … others[from[i + 1] - 1]`, in no special order. */
  readonly from: Int32Array;
  readonly others: Int32Array;
}

/** How many others each life overlaps, among those marked in `taking`; by counting starts and ends, in O(n + moments). */
export function countOverlaps({ times, first, end }: Timeline, taking: Uint8Array): Int32Array {
  const moments = times.length;
  const started = new Int32Array(moments + 1);
  const ended = new Int32Array(moments + 1);
  for (let i = 0; i < first.length; i++) {
    if (taking[i] === 0) continue;
    started[first[i] + 1]++;
    ended[end[i]]++;
  }
  for (let m = 1; m <= moments; m++) {
    started[m] += started[m - 1];
    ended[m] += ended[m - 1];
  }
  // All that start before i ends, less those that end before i starts, less i itself.
  return first.map((from, i) => (taking[i] === 0 ? 0 : started[end[i]] - ended[from] - 1));
}

/** The lists for what `countOverlaps` has counted, by a sweep over time that carries along what is live: O(n + pairs). */
export function listOverlaps(timeline: Timeline, taking: Uint8Array, counts: Int32Array): Overlaps {
  const from = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) from[i + 1] = from[i] + counts[i];
  const others = new Int32Array(from[counts.length]);
  const next = from.slice(0, counts.length);
  const live = new Int32Array(counts.length);
  let liveCount = 0;
  for (const i of byFirst(timeline, taking)) {
    const now = timeline.first[i];
    let kept = 0;
    for (let l = 0; l < liveCount; l++) {
      const other = live[l];
      if (timeline.end[other] <= now) continue;
      live[kept++] = other;
      others[next[i]++] = other;
      others[next[other]++] = i;
    }
    live[kept] = i;
    liveCount = kept + 1;
  }
  return { from, others };
}

/** The lives marked in `taking` in the order in which they start (a counting sort). */
function byFirst({ times, first }: Timeline, taking: Uint8Array): Int32Array {
  const place = new Int32Array(times.length + 1);
  for (let i = 0; i < first.length; i++) if (taking[i] === 1) place[first[i] + 1]++;
  for (let m = 1; m <= times.length; m++) place[m] += place[m - 1];
  const order = new Int32Array(place[times.length]);
  for (let i = 0; i < first.length; i++) if (taking[i] === 1) order[place[first[i]]++] = i;
  return order;
}
