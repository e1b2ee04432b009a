/**
 * Writes lists and field blocks in the format of the image (see `machine`'s `image.ts`), or only counts their bytes: what a table takes
 * is what writing it takes.
 *
 * A list of copies is written as differences. Copies of a class follow each other, so most records name no class, step on by a byte on
 * either side, and come from a tile that is a byte away from the one before.
 */
import { assertThat } from '@tessera/diagnostics';
import { fieldBytes, fieldType, packFields } from '@tessera/graph';
import type { TileProgram } from '../program.ts';
import type { ByteWriter } from './bytes.ts';

/** Where a slot begins, seen from the tile that has the table. */
export interface Address {
  /** So many bytes into the memory of the tile that is so many tiles on. */
  readonly bytes: number;
  readonly tiles: number;
  /** Takes the same bytes whatever it is: one in the host window, which is known only when the tables' sizes are. */
  readonly full: boolean;
}

/** What a record says: a class, and where its slots begin; of a copy source and target, or the target alone. */
export interface ClassAt {
  readonly class: number;
  readonly slots: readonly Address[];
}

/** The field block of a class, as it lies in every table that has it. */
interface Block {
  readonly bytes: Uint8Array;
  /** What its fields are aligned to, and the bytes before them. */
  readonly alignment: 1 | 2 | 4;
  readonly before: number;
}

/** What tables say of classes; made once for all tables of a program. */
export interface ClassTable extends Pick<TileProgram, 'classes' | 'codes'> {
  readonly blocks: readonly Block[];
}

export function classTable({ classes, codes }: Pick<TileProgram, 'classes' | 'codes'>): ClassTable {
  const before = numberBytes(codes);
  const blocks = classes.map(({ code: number, fields }): Block => {
    const code = codes[number];
    const bytes = [number & 0xff, number >> 8].slice(0, before);
    const alignment = code.fields > 0 ? fieldBytes[fieldType(code, 0)] : 1;
    return { bytes: Uint8Array.from([...bytes, ...packFields(code, fields)]), alignment, before };
  });
  return { classes, codes, blocks };
}

export const wordBytes = 4;

/** Bytes of a codelet's number. */
export function numberBytes(codes: ClassTable['codes']): 1 | 2 {
  return codes.length <= 0x100 ? 1 : 2;
}

/** A list whose length takes more than a byte begins with this one. */
const long = 0xff;
/** Words that two bytes name; from here on, the first of them says that more follow. */
const shortWords = 0xff00;
const farWords = 0xff << 16;
const noWords = 0xffff;
/** A class is named by the bytes back to its block: one byte, or two, or in full behind these two. */
const shortReference = 0x80;
const longReference = 0x8000;
/** No record of a list of copies is longer, nor one of a vertex but for its addresses. */
const mostRecordBytes = 24;
const mostAddressBytes = 6;

/** How a number of a copy follows from the one before. */
const [same, step, given, again] = [0, 1, 2, 3] as const;
type Way = typeof same | typeof step | typeof given | typeof again;

export class TableWriter {
  readonly out: ByteWriter;
  readonly #table: ClassTable;
  readonly #tileStrideBytes: number;
  /** Where the block of each class is, by its number. */
  readonly #blocks = new Map<number, number>();

  constructor(table: ClassTable, tileStrideBytes: number, out: ByteWriter) {
    this.#table = table;
    this.#tileStrideBytes = tileStrideBytes;
    this.out = out;
  }

  /**
   * Blocks for a list of the given classes, which is to follow within `within` bytes and its own: those that are not near enough. Where
   * the list is so long that none would be, it refers to them in full.
   */
  blocks(ids: ArrayLike<number>, within: number): void {
    const isFar = (block: number) => within < longReference && this.out.length + within - block >= longReference;
    for (let i = 0; i < ids.length; i++) {
      const known = this.#blocks.get(ids[i]);
      if (known === undefined || isFar(known)) this.#block(ids[i]);
    }
  }

  /** No list of these classes, with its blocks, takes more. */
  mostBytes(ids: ArrayLike<number>): number {
    let bytes = 5;
    for (let i = 0; i < ids.length; i++) {
      bytes += mostRecordBytes + this.#table.blocks[ids[i]].bytes.length;
      bytes += mostAddressBytes * this.#table.classes[ids[i]].slots;
    }
    return bytes;
  }

  /** A list: what `write` writes, and before it how many bytes that is. */
  list(write: () => void): void {
    const { out } = this;
    const start = out.length;
    out.length = start + 1;
    write();
    const bytes = out.length - start - 1;
    if (bytes < long) {
      out.putAt(start, bytes, 1);
      return;
    }
    // Written again: behind a longer prefix, blocks are a little further away.
    out.length = start + 5;
    write();
    out.putAt(start, long, 1);
    out.putAt(start + 1, out.length - start - 5, 4);
  }

  vertex(id: number, slots: readonly Address[]): void {
    this.#check(id, slots);
    this.#reference(id);
    for (const slot of slots) this.#address(slot);
  }

  copies(copies: readonly ClassAt[]): void {
    const [to, from, tiles] = [new Series(wordBytes), new Series(wordBytes), new Series(1)];
    let before = -1;
    for (const { class: id, slots } of copies) {
      this.#check(id, slots);
      const target = slots[slots.length - 1];
      // A fill comes from nowhere: whatever was before does.
      const source = slots.length > 1 ? this.#near(slots[0]) : undefined;
      const toWay = to.next(target.bytes, target.full);
      const fromWay = source ? from.next(source.bytes, source.full) : same;
      const tilesWay = source ? tiles.next(source.tiles, false) : same;
      this.out.put((id === before ? 0 : 1) | (toWay << 1) | (fromWay << 3) | (tilesWay << 5), 1);
      if (id !== before) this.#reference(id);
      before = id;
      this.#addressOrStep(toWay, to, target);
      if (source) this.#addressOrStep(fromWay, from, source);
      if (tilesWay === step) this.out.put(tiles.step, 1);
      if (source && tilesWay === given) this.out.put(source.tiles, 2);
    }
  }

  /** One record of a transfer: how many slots, its class, and where in the whole memory they lie. */
  transfer(id: number, addresses: readonly number[]): void {
    this.out.put(addresses.length, 1);
    this.#reference(id);
    for (const address of addresses) this.out.put(address, 4);
  }

  #check(id: number, slots: readonly Address[]): void {
    const { code, slots: expected } = this.#table.classes[id];
    assertThat(slots.length === expected, 'image', `a record of codelet ${code} with ${slots.length} slots`);
  }

  /** A source further off than two bytes can say is an address in full. */
  #near(source: Address): Address {
    if (source.tiles === (source.tiles << 16) >> 16) return source;
    return { bytes: source.bytes + source.tiles * this.#tileStrideBytes, tiles: 0, full: true };
  }

  #addressOrStep(way: Way, { step: by }: Series, address: Address): void {
    if (way === step) this.out.put(by / wordBytes, 1);
    if (way === given) this.#address(address);
  }

  #address({ bytes, full }: Address): void {
    const words = bytes / wordBytes;
    if (full || !Number.isInteger(words) || words < 0 || words >= farWords) {
      this.out.put(noWords, 2);
      this.out.put(bytes, 4);
    } else if (words < shortWords) {
      this.out.put(words, 2);
    } else {
      this.out.put(shortWords | (words >> 16), 2);
      this.out.put(words, 2);
    }
  }

  #block(id: number): void {
    const { bytes, alignment, before } = this.#table.blocks[id];
    this.out.align(alignment, before);
    this.#blocks.set(id, this.out.length);
    this.out.append(bytes);
  }

  #reference(id: number): void {
    const { out } = this;
    const distance = out.length - (this.#blocks.get(id) ?? out.length);
    assertThat(distance > 0, 'image', `class ${id} has no block before its record`);
    if (distance < shortReference) {
      out.put(distance, 1);
      return;
    }
    // The higher byte first: it says that there is another.
    const near = distance < longReference ? distance : 0;
    out.put(shortReference | (near >> 8), 1);
    out.put(near, 1);
    if (near === 0) out.put(distance, 4);
  }
}

/** One of a copy's numbers, from copy to copy. */
class Series {
  step = 0;
  #value = 0;
  readonly #unit: number;

  /** A step of one byte counts units. */
  constructor(unit: number) {
    this.#unit = unit;
  }

  next(bytes: number, full: boolean): Way {
    const by = full ? Number.NaN : bytes - this.#value;
    this.#value = full ? Number.NaN : bytes;
    if (by === 0) return same;
    if (by === this.step) return again;
    this.step = by;
    const units = by / this.#unit;
    return units === (units << 24) >> 24 ? step : given;
  }
}
