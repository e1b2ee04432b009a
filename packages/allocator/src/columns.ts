/**
 * The blocks placed so far in ascending order of offset, as columns of numbers that are cut into chunks. A search runs through them once,
 * without following references or making objects, and passes a chunk in one step where it need not look inside. Where nearly all blocks
 * live together, that takes about n/64 steps for a block instead of n.
 *
 * A chunk knows the ranges in which its lives start and end, its highest top (the end of a block), and its widest hole: the most that is
 * free between an offset and the highest top before it in the chunk. If all its blocks are live together with the new one, and the new one
 * fits in no hole, then it lies below the chunk or above its highest top.
 */
import type { Block } from './blocks.ts';
import { roundUp } from './congruence.ts';
import type { FreeSpace } from './free-space.ts';
import type { PieceTable } from './piece-table.ts';

/** How many blocks a chunk has room for; a full one is cut into two. */
const chunkRoom = 128;

class Chunk {
  readonly first = new Int32Array(chunkRoom);
  readonly end = new Int32Array(chunkRoom);
  readonly offset = new Float64Array(chunkRoom);
  readonly top = new Float64Array(chunkRoom);
  count = 0;
  earliestFirst = 0;
  latestFirst = 0;
  earliestEnd = 0;
  latestEnd = 0;
  highestTop = 0;
  widestHole = 0;

  insert(at: number, first: number, end: number, offset: number, top: number): void {
    for (const column of [this.first, this.end, this.offset, this.top]) column.copyWithin(at + 1, at, this.count);
    this.first[at] = first;
    this.end[at] = end;
    this.offset[at] = offset;
    this.top[at] = top;
    this.count++;
    this.#sumUp();
  }

  /** Removes the upper half, and returns it as a chunk of its own. */
  split(): Chunk {
    const upper = new Chunk();
    const half = this.count >> 1;
    upper.first.set(this.first.subarray(half, this.count));
    upper.end.set(this.end.subarray(half, this.count));
    upper.offset.set(this.offset.subarray(half, this.count));
    upper.top.set(this.top.subarray(half, this.count));
    upper.count = this.count - half;
    this.count = half;
    this.#sumUp();
    upper.#sumUp();
    return upper;
  }

  #sumUp(): void {
    [this.earliestFirst, this.earliestEnd, this.latestFirst, this.latestEnd] = [0x7fffffff, 0x7fffffff, -1, -1];
    this.highestTop = this.offset[0];
    this.widestHole = 0;
    for (let i = 0; i < this.count; i++) {
      if (this.first[i] < this.earliestFirst) this.earliestFirst = this.first[i];
      if (this.first[i] > this.latestFirst) this.latestFirst = this.first[i];
      if (this.end[i] < this.earliestEnd) this.earliestEnd = this.end[i];
      if (this.end[i] > this.latestEnd) this.latestEnd = this.end[i];
      const hole = this.offset[i] - this.highestTop;
      if (hole > this.widestHole) this.widestHole = hole;
      if (this.top[i] > this.highestTop) this.highestTop = this.top[i];
    }
  }
}

/** A {@link FreeSpace} for blocks of one piece each, good where most blocks live together. */
export class FreeSpaceByColumns implements FreeSpace {
  readonly #blocks: readonly Block[];
  readonly #base: number;
  readonly #table: PieceTable;
  readonly #chunks: Chunk[] = [new Chunk()];

  /** All addresses below `base` count as taken. */
  constructor(blocks: readonly Block[], table: PieceTable, base: number) {
    this.#blocks = blocks;
    this.#table = table;
    this.#base = base;
  }

  lowest(block: number): number {
    const { extent, alignment } = this.#blocks[block];
    const piece = this.#table.from[block];
    const first = this.#table.timeline.first[piece];
    const end = this.#table.timeline.end[piece];
    let candidate = roundUp(this.#base, alignment);
    for (const chunk of this.#chunks) {
      if (chunk.earliestFirst >= end || chunk.latestEnd <= first || chunk.highestTop <= candidate) continue;
      if (chunk.latestFirst < end && chunk.earliestEnd > first && chunk.widestHole < extent) {
        if (chunk.offset[0] - candidate >= extent) return candidate;
        candidate = roundUp(chunk.highestTop, alignment);
        continue;
      }
      const { first: firsts, end: ends, offset: offsets, top: tops, count } = chunk;
      for (let i = 0; i < count; i++) {
        if (firsts[i] >= end || ends[i] <= first || tops[i] <= candidate) continue;
        if (offsets[i] - candidate >= extent) return candidate;
        candidate = roundUp(tops[i], alignment);
      }
    }
    return candidate;
  }

  add(block: number, offset: number): void {
    if (this.#blocks[block].pieces.length === 0) return;
    const piece = this.#table.from[block];
    const { first, end } = this.#table.timeline;
    const at = this.#chunkOf(offset);
    const chunk = this.#chunks[at];
    chunk.insert(firstAbove(chunk, offset), first[piece], end[piece], offset, offset + this.#blocks[block].extent);
    if (chunk.count === chunkRoom) this.#chunks.splice(at + 1, 0, chunk.split());
  }

  /** The index of the last chunk that begins at or below `offset`, or of the first if there is none. */
  #chunkOf(offset: number): number {
    let low = 1;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle].offset[0] <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function firstAbove({ offset: offsets, count }: Chunk, offset: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
