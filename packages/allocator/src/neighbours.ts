/** Free places from the pieces that live together with those of the new block. */
import type { Block } from './blocks.ts';
import { roundUp } from './congruence.ts';
import type { FreeSpace } from './free-space.ts';
import type { Overlaps } from './overlaps.ts';
import type { PieceTable } from './piece-table.ts';

/**
 * Looks only at the placed pieces that live together with those of the new block. Each pair of pieces forbids the bases between a start
 * and an end. Starts and ends are sorted apart from each other: nothing is forbidden between the j-th end and the (j+1)-th start exactly
 * if the one is not above the other, whichever pieces they belong to.
 */
export class Neighbours implements FreeSpace {
  readonly #blocks: readonly Block[];
  readonly #table: PieceTable;
  readonly #base: number;
  readonly #overlaps: Overlaps;
  /** By block; below 0 means not placed. */
  readonly #bases: Float64Array;
  #starts: Float64Array;
  #ends: Float64Array;

  constructor(blocks: readonly Block[], table: PieceTable, overlaps: Overlaps, base: number) {
    this.#blocks = blocks;
    this.#table = table;
    this.#base = base;
    this.#overlaps = overlaps;
    this.#bases = new Float64Array(blocks.length).fill(-1);
    this.#starts = new Float64Array(table.block.length);
    this.#ends = new Float64Array(table.block.length);
  }

  lowest(block: number): number {
    const { alignment, residue } = this.#blocks[block];
    const count = this.#gather(block);
    const starts = this.#starts;
    const ends = this.#ends;
    let candidate = roundUp(this.#base, alignment, residue);
    for (let j = 0; j < count; j++) {
      if (starts[j] >= candidate) return candidate;
      if (ends[j] > candidate) candidate = roundUp(ends[j], alignment, residue);
    }
    return candidate;
  }

  add(block: number, base: number): void {
    this.#bases[block] = base;
  }

  /** The open ranges of forbidden bases, starts and ends sorted apart. */
  #gather(block: number): number {
    const { from, block: blockOf, low, high } = this.#table;
    const { from: fromOther, others } = this.#overlaps;
    let count = 0;
    for (let p = from[block]; p < from[block + 1]; p++) {
      if (count + fromOther[p + 1] - fromOther[p] > this.#starts.length) this.#widen(count);
      for (let i = fromOther[p]; i < fromOther[p + 1]; i++) {
        const other = others[i];
        const base = this.#bases[blockOf[other]];
        if (base < 0 || blockOf[other] === block) continue;
        this.#starts[count] = base + low[other] - high[p];
        this.#ends[count++] = base + high[other] - low[p];
      }
    }
    sortFirst(this.#starts, count);
    sortFirst(this.#ends, count);
    return count;
  }

  /** A block of many pieces may have more ranges than there are pieces, but one piece has not. */
  #widen(count: number): void {
    const [starts, ends] = [this.#starts, this.#ends];
    this.#starts = new Float64Array(count * 2 + starts.length);
    this.#ends = new Float64Array(count * 2 + ends.length);
    this.#starts.set(starts);
    this.#ends.set(ends);
  }
}

/** Few numbers are sorted by insertion: the engine's own sort costs a call out of compiled code. */
const fewNumbers = 40;

function sortFirst(numbers: Float64Array, count: number): void {
  if (count > fewNumbers) {
    numbers.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const number = numbers[i];
    let at = i;
    for (; at > 0 && numbers[at - 1] > number; at--) numbers[at] = numbers[at - 1];
    numbers[at] = number;
  }
}
