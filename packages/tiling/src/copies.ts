/**
 * The copies of an exchange phase. A step of training ResNet-50 on 1,216 tiles has a million of them, and placing and writing tables
 * walks over all of them several times: so they are columns of numbers in one array, ten for each copy, and not objects. This file alone
 * knows the columns; others ask for what they need of copy `i`, or for all of it where speed is no matter.
 */
import type { BufferId } from './buffer-id.ts';

/** One copy; of a host buffer the tile means nothing. */
export interface Copy {
  /** The tile that performs it: that of its target, or of its source where the target is on the host. */
  readonly tile: number;
  readonly class: number;
  /** -1 for a fill, whose value is in its code. */
  readonly from: BufferId | -1;
  readonly fromTile: number;
  /** Bytes from the start of the buffer, as `toOffset`. */
  readonly fromOffset: number;
  readonly to: BufferId;
  readonly toTile: number;
  readonly toOffset: number;
  /** Of all loops over tiles together. */
  readonly bytes: number;
  /** The number of its loops over source tiles; 0 for none. */
  readonly spread: number;
}

/** Numbers of one copy: the fields of {@link Copy}, in their order there. */
const width = 10;

/**
 * The copies of one phase, numbered from 0. Asked for copy `i`, each method gives one of its columns; there is no check that `i` exists.
 */
export class Copies {
  /** {@link width} numbers per copy. */
  readonly numbers: Float64Array;

  constructor(numbers: Float64Array) {
    this.numbers = numbers;
  }

  /** The same copies as columns. */
  static of(copies: readonly Copy[]): Copies {
    const list = new CopyList();
    for (const copy of copies) list.add(copy);
    return list.copies();
  }

  get count(): number {
    return this.numbers.length / width;
  }

  tile(i: number): number {
    return this.numbers[i * width];
  }

  class(i: number): number {
    return this.numbers[i * width + 1];
  }

  from(i: number): BufferId | -1 {
    return this.numbers[i * width + 2] as BufferId | -1;
  }

  fromTile(i: number): number {
    return this.numbers[i * width + 3];
  }

  fromOffset(i: number): number {
    return this.numbers[i * width + 4];
  }

  to(i: number): BufferId {
    return this.numbers[i * width + 5] as BufferId;
  }

  toTile(i: number): number {
    return this.numbers[i * width + 6];
  }

  toOffset(i: number): number {
    return this.numbers[i * width + 7];
  }

  bytes(i: number): number {
    return this.numbers[i * width + 8];
  }

  spread(i: number): number {
    return this.numbers[i * width + 9];
  }

  /** All columns of copy `i` as an object, for where speed is no matter. */
  at(i: number): Copy {
    return {
      tile: this.tile(i),
      class: this.class(i),
      from: this.from(i),
      fromTile: this.fromTile(i),
      fromOffset: this.fromOffset(i),
      to: this.to(i),
      toTile: this.toTile(i),
      toOffset: this.toOffset(i),
      bytes: this.bytes(i),
      spread: this.spread(i),
    };
  }

  *[Symbol.iterator](): Iterator<Copy> {
    for (let i = 0; i < this.count; i++) yield this.at(i);
  }
}

/** Copies under construction. */
export class CopyList {
  #numbers = new Float64Array(64 * width);
  #length = 0;

  add(copy: Copy): void {
    if (this.#length + width > this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    // One by one: a loop over the names of the fields takes several times as long.
    const numbers = this.#numbers;
    const at = this.#length;
    numbers[at] = copy.tile;
    numbers[at + 1] = copy.class;
    numbers[at + 2] = copy.from;
    numbers[at + 3] = copy.fromTile;
    numbers[at + 4] = copy.fromOffset;
    numbers[at + 5] = copy.to;
    numbers[at + 6] = copy.toTile;
    numbers[at + 7] = copy.toOffset;
    numbers[at + 8] = copy.bytes;
    numbers[at + 9] = copy.spread;
    this.#length += width;
  }

  /** Adds a copy as it is for another target: a buffer on a tile, which then performs it. */
  addTo(copy: Copy, fromTile: number, to: { readonly buffer: BufferId; readonly tile: number }): void {
    const at = this.#length;
    this.add(copy);
    const numbers = this.#numbers;
    numbers[at] = to.tile;
    numbers[at + 3] = fromTile;
    numbers[at + 5] = to.buffer;
    numbers[at + 6] = to.tile;
  }

  copies(): Copies {
    return new Copies(this.#numbers.slice(0, this.#length));
  }
}
