/** Writes one table in the format of the image: a directory, then field blocks and vertex lists. Sizes are known beforehand. */
import { assertThat } from '@tessera/diagnostics';
import { wordBytes } from '../place/schedule.ts';
import type { VertexClass } from '../program.ts';

export class TableWriter {
  readonly #classes: readonly VertexClass[];
  readonly #words: Uint32Array;
  readonly #base: number;
  readonly #fieldBlocks = new Map<number, number>();
  #at: number;

  /** `entries` words of directory come first; addresses in the table count from `base`. */
  constructor(classes: readonly VertexClass[], bytes: number, entries: number, base = 0) {
    this.#classes = classes;
    this.#words = new Uint32Array(bytes / wordBytes);
    this.#base = base;
    this.#at = entries;
  }

  fields(id: number): void {
    const { fields } = this.#classes[id];
    this.#fieldBlocks.set(id, this.#address());
    for (const field of fields) this.#word(field);
  }

  /** Starts directory entry `index`'s list of `count` records. */
  list(index: number, count: number): void {
    this.#words[index] = this.#address();
    this.#word(count);
  }

  record(id: number, slots: readonly number[]): void {
    const { code, slots: expected } = this.#classes[id];
    assertThat(
      slots.length >= expected,
      'image',
      `a vertex with ${slots.length} slots where its code names ${expected}`,
    );
    this.#word(code | (expected << 16));
    this.#word(this.#fieldBlocks.get(id) ?? 0);
    for (let slot = 0; slot < expected; slot++) this.#word(slots[slot]);
  }

  finish(): Uint8Array {
    assertThat(this.#at === this.#words.length, 'image', `a table of ${this.#words.length} words has ${this.#at}`);
    return new Uint8Array(this.#words.buffer);
  }

  #address(): number {
    return this.#base + this.#at * wordBytes;
  }

  #word(value: number): void {
    // Addresses may be negative (relative to a later tile): they wrap modulo 2^32.
    this.#words[this.#at++] = value;
  }
}
