/** Finds free addresses by looking at the pieces that live together with those of the new block. */
import type { Block } from './blocks.ts';
import { roundUp } from './congruence.ts';
import type { FreeSpace } from './free-space.ts';
import type { Overlaps } from './overlaps.ts';
import type { PieceTable } from './piece-table.ts';

/**
 * A {@link FreeSpace} for blocks of any shape, good where each lives with few others. Each placed piece forbids an open range of bases for
 * each piece of the new block that lives with it. The starts and the ends of these ranges are sorted separately: between the j-th end and
 * the (j+1)-th start nothing is forbidden exactly if that end is not above that start, whichever ranges the two belong to.
 */
export class FreeSpaceByNeighbours implements FreeSpace {
  readonly #blocks: readonly Block[];
  readonly #table: PieceTable;
  readonly #base: number;
  readonly #overlaps: Overlaps;
  /** The bases by block; below 0 for one that is not placed. */
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

  /** Writes the starts and the ends of the forbidden ranges of bases, each sorted, and returns how many there are. */
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

  /** A single piece has at most as many ranges as there are pieces, but a block of several pieces may have more. */
  #widen(count: number): void {
    const [starts, ends] = [this.#starts, this.#ends];
    this.#starts = new Float64Array(count * 2 + starts.length);
    this.#ends = new Float64Array(count * 2 + ends.length);
    this.#starts.set(starts);
    this.#ends.set(ends);
  }
}

/** Up to so many numbers are sorted by insertion, since calling the engine's own sort costs more than that. */
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
