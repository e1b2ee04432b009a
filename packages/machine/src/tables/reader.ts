/**
 * Reads the tables of an image: which codelets each tile runs in a phase, and the host to transfer a variable, with the addresses they are
 * called with. Nothing is believed: a table that is not in the format of `format.ts` is an InternalError that says which list it is.
 */
import { assertThat, concerning } from '@tessera-dnn/diagnostics';
import type { Image } from '../image.ts';
import { directory, transfer, transferRow } from './format.ts';
import { type CopyPlace, RecordReader, type TableFacts } from './record-reader.ts';

/** A codelet and what it is called with; all addresses are byte addresses in the whole memory. */
export interface Run {
  readonly codelet: number;
  /** Where its fields lie. */
  readonly fields: number;
  /** Where its slots begin, the first slot first. */
  readonly slots: readonly number[];
}

type Tables = Pick<Image, 'tiles' | 'tileStrideBytes' | 'tables' | 'transfers' | 'segments' | 'phases'>;

/**
 * Reads the tables of `image`; `codeletSlots` says how many slots each codelet has. All of its methods throw an InternalError on bad bytes.
 */
export class TableReader {
  readonly #image: Tables;
  /** How many slots each codelet has. */
  readonly #slots: readonly number[];
  readonly #facts: TableFacts;
  readonly #segments: Image['segments'];

  constructor(image: Tables, codeletSlots: readonly number[]) {
    this.#image = image;
    this.#slots = codeletSlots;
    this.#facts = { numberBytes: image.tables.numberBytes, codelets: codeletSlots.length };
    this.#segments = [...image.segments].sort((a, b) => a.address - b.address);
  }

  /** What a tile runs in a phase (in the global numbering), in the order of its table: one vertex, or copies; nothing where it is idle. */
  runs(tile: number, phase: number): readonly Run[] {
    return concerning('tables', `tile ${tile}, phase ${phase}`, () => {
      const base = tile * this.#image.tileStrideBytes;
      const table = base + this.#image.tables.offset;
      const reader = this.#find(table, phase);
      if (!reader) return [];
      const end = reader.listEnd();
      const { slots } = this.#image.phases[phase];
      const runs = slots > 0 ? [this.#vertex(reader, slots, base, table)] : this.#copies(reader, end, base, table);
      assertThat(reader.at === end, 'tables', `a list that ends at ${end} was read to ${reader.at}`);
      return runs;
    });
  }

  /** What the host runs for one of the lists of a variable; undefined if there is no such list. */
  transfers(variable: number, list: 'toHost' | 'fromHost' | 'firstValue'): readonly Run[] | undefined {
    return concerning('tables', `variable ${variable}, ${list}`, () => {
      const { table } = this.#image.transfers;
      const reader = this.#at(table, variable * transferRow.rowBytes + transferRow[list]);
      const start = reader.unsigned(transferRow.entryBytes);
      if (start === 0) return undefined;
      reader.at = start - table;
      return Array.from({ length: reader.unsigned(transfer.countBytes) }, () => {
        const { block, slots } = reader.transfer();
        return this.#run({ codelet: block.codelet, fields: table + block.fields, slots });
      });
    });
  }

  /** A reader that is at the list of a phase; undefined if the tile has none. */
  #find(table: number, phase: number): RecordReader | undefined {
    const reader = this.#at(table, (phase >> directory.phasesShift) * directory.entryBytes);
    const entry = reader.unsigned(directory.entryBytes);
    const index = phase % directory.phases;
    if (((entry >> index) & 1) === 0) return undefined;
    reader.at = (entry >>> directory.unitsShift) * this.#image.tables.unitBytes;
    for (let before = 0; before < index; before++) {
      if ((entry >> before) & 1) reader.at = reader.listEnd();
    }
    return reader;
  }

  #vertex(reader: RecordReader, slots: number, base: number, table: number): Run {
    const { codelet, fields } = reader.block();
    const addresses = Array.from({ length: slots }, () => wrap(base + reader.address()));
    return this.#run({ codelet, fields: table + fields, slots: addresses });
  }

  #copies(reader: RecordReader, end: number, base: number, table: number): readonly Run[] {
    return reader.copies(end).map(({ block, target, source, tiles }: CopyPlace) => {
      const to = wrap(base + target);
      const from = wrap(base + tiles * this.#image.tileStrideBytes + source);
      const slots = this.#slots[block.codelet] === 1 ? [to] : [from, to];
      return this.#run({ codelet: block.codelet, fields: table + block.fields, slots });
    });
  }

  #run(run: Run): Run {
    const expected = this.#slots[run.codelet];
    const found = run.slots.length;
    assertThat(found === expected, 'tables', `codelet ${run.codelet} of ${expected} slots is called with ${found}`);
    return run;
  }

  /** The image's contents from an address on, to the end of the segment it is in: the fields of a run, for those who want to see them. */
  contents(address: number): DataView {
    const segment = this.#segments.findLast(candidate => candidate.address <= address);
    const skipped = segment ? address - segment.address : 0;
    assertThat(segment !== undefined && skipped < segment.bytes.length, 'tables', `nothing lies at ${address}`);
    const { buffer, byteOffset, length } = segment.bytes;
    return new DataView(buffer, byteOffset + skipped, length - skipped);
  }

  /** A reader of the table that begins at `table` and is at `offset` in it. */
  #at(table: number, offset: number): RecordReader {
    return new RecordReader(this.contents(table), offset, this.#facts);
  }
}

/** Addresses are modulo 2^32. */
function wrap(address: number): number {
  return ((address % 2 ** 32) + 2 ** 32) % 2 ** 32;
}
