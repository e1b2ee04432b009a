/**
 * Writes tables in the format of the image, or only counts their words: what a table takes is what writing it would take.
 *
 * A field block stands before the first list that needs it, and serves all records behind it that are near enough to name it.
 */
import { assertThat } from '@tessera/diagnostics';
import { fieldOffset, type KernelCode, packFields } from '@tessera/graph';
import type { TileProgram } from '../program.ts';

export const wordBytes = 4;

/** Records name their field block by the words between, in 16 bits. */
const farthestWords = 0xffff;
const follows = 0x8000;
/** A record in a list of several has two slots. */
const pairWords = 3;

export class TableWriter {
  readonly #classes: TileProgram['classes'];
  readonly #codes: TileProgram['codes'];
  readonly #words: Uint32Array | undefined;
  readonly #fieldBlocks = new Map<number, number>();
  #at: number;

  /** Begins behind a directory of `firstWord` words. Without `words` nothing is written. */
  constructor({ classes, codes }: Pick<TileProgram, 'classes' | 'codes'>, firstWord: number, words?: Uint32Array) {
    this.#classes = classes;
    this.#codes = codes;
    this.#words = words;
    this.#at = firstWord;
  }

  /** Words so far. */
  get length(): number {
    return this.#at;
  }

  /** Field blocks for a list of vertices of the given classes. Gives the word at which the list begins: its records come next. */
  list(ids: ArrayLike<number>): number {
    let needed = ids.length * pairWords;
    for (let i = 0; i < ids.length; i++) needed += this.#blockWords(ids[i]);
    for (let i = 0; i < ids.length; i++) this.#block(ids[i], needed);
    return this.#at;
  }

  /** `more`: another record follows in this list. */
  record(id: number, slots: ArrayLike<number>, more: boolean): void {
    const { code, slots: expected } = this.#classes[id];
    assertThat(
      code < follows && slots.length >= expected,
      'image',
      `a record of codelet ${code} with ${slots.length} slots`,
    );
    const block = this.#fieldBlocks.get(id) ?? this.#at;
    this.#word(code | (more ? follows : 0) | ((this.#at - block) << 16));
    const written = more ? pairWords - 1 : expected;
    for (let slot = 0; slot < written; slot++) this.#word(slots[slot] ?? 0);
  }

  #blockWords(id: number): number {
    return Math.ceil(blockBytes(this.#codes[this.#classes[id].code]) / wordBytes);
  }

  /** The block of class `id`, unless there is one that is near enough from `reach` words on. */
  #block(id: number, reach: number): void {
    const known = this.#fieldBlocks.get(id);
    if (known !== undefined && this.#at + reach - known <= farthestWords) return;
    const { code, fields } = this.#classes[id];
    if (fields.length === 0) return;
    this.#fieldBlocks.set(id, this.#at);
    const block = new Uint8Array(this.#blockWords(id) * wordBytes);
    block.set(packFields(this.#codes[code], fields));
    for (const word of new Uint32Array(block.buffer)) this.#word(word);
  }

  #word(value: number): void {
    // Addresses may be negative (relative to a later tile): they wrap modulo 2^32.
    if (this.#words) this.#words[this.#at] = value;
    this.#at++;
  }
}

function blockBytes(code: KernelCode): number {
  return fieldOffset(code, code.fields);
}
