/**
 * Writes tables in their format (`format.ts`), or only counts their bytes: what a table takes is what writing it takes.
 *
 * A list of copies is written as differences. Copies of a block follow each other, so most records name none, step on by a byte on
 * either side, and come from a tile that is a byte away from the one before.
 */
import { assertThat } from '@tessera-dnn/diagnostics';
import type { ByteWriter } from './bytes.ts';
import type { FieldBlock } from './field-block.ts';
import {
  copy,
  directory,
  listLength,
  recordBytes,
  reference,
  slotAddress,
  transfer,
  transferRow,
  type Way,
  way,
} from './format.ts';
import { Series } from './series.ts';

/** Where a slot begins, seen from the tile that has the table. */
export interface SlotAddress {
  /** So many bytes into the memory of the tile that is so many tiles on. */
  readonly bytes: number;
  readonly tiles: number;
  /** Takes the same bytes whatever it is: one in the host window, which is known only when the tables' sizes are. */
  readonly full: boolean;
}

/** A block by its number, and where the slots begin; of a copy source and target, or the target alone. */
export interface TableRecord {
  readonly block: number;
  readonly slots: readonly SlotAddress[];
}

/** A transfer: the block by its number, and the slots' addresses in the whole memory. */
export interface TransferRecord {
  readonly block: number;
  readonly addresses: readonly number[];
}

const { wordBytes } = slotAddress;

/** Writes one tile's table into `out`: first the directory, then for each of its entries (`enter`) the lists of its phases. */
export class TableWriter {
  readonly out: ByteWriter;
  readonly #blocks: readonly FieldBlock[];
  readonly #tileStrideBytes: number;
  /** Where each block is, by its number. */
  readonly #places = new Map<number, number>();

  /** Records name `blocks` by their number. Tiles lie so far apart. */
  constructor(blocks: readonly FieldBlock[], tileStrideBytes: number, out: ByteWriter) {
    this.#blocks = blocks;
    this.#tileStrideBytes = tileStrideBytes;
    this.out = out;
  }

  /** Room for the directory of so many phases, at the table's start. */
  directory(phases: number): void {
    this.out.length = Math.ceil(phases / directory.phases) * directory.entryBytes;
  }

  /** The lists that follow are those of `phases`, ascending, which are of one entry of the directory. */
  enter(phases: readonly number[], unitBytes: number): void {
    const { out } = this;
    out.align(unitBytes);
    const entry = phases[0] >> directory.phasesShift;
    const mask = phases.reduce((bits, phase) => bits | (1 << (phase % directory.phases)), 0);
    const units = out.length / unitBytes;
    out.putAt(entry * directory.entryBytes, mask | (units << directory.unitsShift), directory.entryBytes);
  }

  /**
   * The given blocks for a list that is to follow within `within` bytes and its own: those that are not near enough. Where the list is so
   * long that none would be, it refers to them in full.
   */
  blocks(numbers: ArrayLike<number>, within: number): void {
    const isFar = (place: number) => within < reference.full && this.out.length + within - place >= reference.full;
    for (let i = 0; i < numbers.length; i++) {
      const known = this.#places.get(numbers[i]);
      if (known === undefined || isFar(known)) this.#block(numbers[i]);
    }
  }

  /** A bound on the bytes of a list of records of these blocks, the blocks included. */
  mostBytes(numbers: ArrayLike<number>): number {
    let bytes: number = listLength.longBytes;
    for (let i = 0; i < numbers.length; i++) {
      const { bytes: own, slots } = this.#blocks[numbers[i]];
      bytes += recordBytes + own.length + slotAddress.fullBytes * slots;
    }
    return bytes;
  }

  /** A list: what `write` writes, and before it how many bytes that is. */
  list(write: () => void): void {
    const { out } = this;
    const start = out.length;
    out.length = start + listLength.shortBytes;
    write();
    const bytes = out.length - start - listLength.shortBytes;
    if (bytes < listLength.long) {
      out.putAt(start, bytes, 1);
      return;
    }
    // Written again: after a longer prefix, blocks are a little further away.
    out.length = start + listLength.longBytes;
    write();
    out.putAt(start, listLength.long, 1);
    out.putAt(start + 1, out.length - start - listLength.longBytes, 4);
  }

  /** The list of a compute phase holds one vertex: a reference to its block, and the address of each slot. */
  vertex({ block, slots }: TableRecord): void {
    this.#check(block, slots.length);
    this.#reference(block);
    for (const slot of slots) this.#address(slot);
  }

  /** The list of an exchange holds copies, each as its differences from the one before. */
  copies(copies: readonly TableRecord[]): void {
    const [to, from, tiles] = [new Series(wordBytes), new Series(wordBytes), new Series(1)];
    let before = -1;
    for (const { block, slots } of copies) {
      this.#check(block, slots.length);
      const target = slots[slots.length - 1];
      // A fill has no source: it is written as the same as the copy's before it, which takes no byte.
      const source = slots.length > 1 ? this.#near(slots[0]) : undefined;
      const toWay = to.next(target.bytes, target.full);
      const fromWay = source ? from.next(source.bytes, source.full) : way.same;
      const tilesWay = source ? tiles.next(source.tiles, false) : way.same;
      const ways = (toWay << copy.targetShift) | (fromWay << copy.sourceShift) | (tilesWay << copy.tilesShift);
      this.out.put((block === before ? 0 : copy.hasBlock) | ways, copy.headBytes);
      if (block !== before) this.#reference(block);
      before = block;
      this.#addressOrStep(toWay, to, target);
      if (source) this.#addressOrStep(fromWay, from, source);
      if (tilesWay === way.step) this.out.put(tiles.step, copy.stepBytes);
      if (source && tilesWay === way.given) this.out.put(source.tiles, copy.tilesBytes);
    }
  }

  /** The whole table of transfers, to lie at `start`: per variable three lists, in the order of its row; an empty list is none. */
  transfers(start: number, lists: readonly (readonly TransferRecord[])[]): void {
    const { out } = this;
    out.length = lists.length * transferRow.entryBytes;
    lists.forEach((records, index) => {
      if (records.length === 0) return;
      const numbers = records.map(record => record.block);
      this.blocks(numbers, this.mostBytes(numbers));
      out.putAt(index * transferRow.entryBytes, start + out.length, transferRow.entryBytes);
      out.put(records.length, transfer.countBytes);
      for (const record of records) this.#transfer(record);
    });
  }

  #transfer({ block, addresses }: TransferRecord): void {
    this.#check(block, addresses.length);
    this.out.put(addresses.length, transfer.slotsBytes);
    this.#reference(block);
    for (const address of addresses) this.out.put(address, transfer.addressBytes);
  }

  #check(number: number, slots: number): void {
    const { codelet, slots: expected } = this.#blocks[number];
    assertThat(slots === expected, 'tables', `a record of codelet ${codelet} with ${slots} slots`);
  }

  /** A source further off than two bytes can say is an address in full. */
  #near(source: SlotAddress): SlotAddress {
    if (source.tiles === (source.tiles << 16) >> 16) return source;
    return { bytes: source.bytes + source.tiles * this.#tileStrideBytes, tiles: 0, full: true };
  }

  #addressOrStep(by: Way, { step }: Series, address: SlotAddress): void {
    if (by === way.step) this.out.put(step / wordBytes, copy.stepBytes);
    if (by === way.given) this.#address(address);
  }

  #address({ bytes, full }: SlotAddress): void {
    const words = bytes / wordBytes;
    if (full || !Number.isInteger(words) || words < 0 || words >= slotAddress.far) {
      this.out.put(slotAddress.full, 2);
      this.out.put(bytes, 4);
    } else if (words < slotAddress.long) {
      this.out.put(words, 2);
    } else {
      this.out.put(slotAddress.long | (words >> slotAddress.highShift), 2);
      this.out.put(words, 2);
    }
  }

  #block(number: number): void {
    const { bytes, alignment, numberBytes } = this.#blocks[number];
    this.out.align(alignment, numberBytes);
    this.#places.set(number, this.out.length);
    this.out.append(bytes);
  }

  #reference(number: number): void {
    const { out } = this;
    const distance = out.length - (this.#places.get(number) ?? out.length);
    assertThat(distance > 0, 'tables', `block ${number} does not lie before its record`);
    if (distance < reference.long) {
      out.put(distance, 1);
      return;
    }
    // The higher byte comes first, as its top bit says that another byte follows.
    const near = distance < reference.full ? distance : 0;
    out.put(reference.long | (near >> 8), 1);
    out.put(near, 1);
    if (near === 0) out.put(distance, 4);
  }
}
