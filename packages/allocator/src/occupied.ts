/** The part of the address range that is taken, while a greedy allocator fills it. */
import type { Timeline } from './timeline.ts';

/**
 * The buffers placed so far, in ascending order of offset, as parallel columns: a search for a gap runs through them once, without
 * following a reference or making an object. Adding one moves those above it, which is cheap beside the search.
 */
export class Occupied {
  /** All offsets below it are taken at all times. */
  readonly #base: number;
  readonly #timeline: Timeline;
  readonly #first: Int32Array;
  readonly #end: Int32Array;
  readonly #offset: Float64Array;
  readonly #top: Float64Array;
  #count = 0;

  constructor(timeline: Timeline, base: number) {
    const room = timeline.first.length;
    this.#timeline = timeline;
    this.#base = base;
    this.#first = new Int32Array(room);
    this.#end = new Int32Array(room);
    this.#offset = new Float64Array(room);
    this.#top = new Float64Array(room);
  }

  /** The lowest offset at which `size` units are free during the whole life of `buffer`. */
  lowestFree(buffer: number, size: number, alignment: number): number {
    const first = this.#timeline.first[buffer];
    const end = this.#timeline.end[buffer];
    const firsts = this.#first;
    const ends = this.#end;
    const offsets = this.#offset;
    const tops = this.#top;
    const count = this.#count;
    let candidate = roundUp(this.#base, alignment);
    for (let i = 0; i < count; i++) {
      if (firsts[i] >= end || ends[i] <= first || tops[i] <= candidate) continue;
      if (offsets[i] - candidate >= size) return candidate;
      candidate = roundUp(tops[i], alignment);
    }
    return candidate;
  }

  add(buffer: number, offset: number, size: number): void {
    if (size === 0) return;
    const at = this.#firstAbove(offset);
    this.#first.copyWithin(at + 1, at, this.#count);
    this.#end.copyWithin(at + 1, at, this.#count);
    this.#offset.copyWithin(at + 1, at, this.#count);
    this.#top.copyWithin(at + 1, at, this.#count);
    this.#first[at] = this.#timeline.first[buffer];
    this.#end[at] = this.#timeline.end[buffer];
    this.#offset[at] = offset;
    this.#top[at] = offset + size;
    this.#count++;
  }

  #firstAbove(offset: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#offset[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function roundUp(value: number, alignment: number): number {
  return alignment === 1 ? value : Math.ceil(value / alignment) * alignment;
}
