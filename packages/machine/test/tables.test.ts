/** Tables that are written are read again as what was written, and what is no table is refused. */
import { InternalError } from '@tessera-dnn/diagnostics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ByteWriter,
  type FieldBlock,
  fieldBlock,
  type Run,
  type SlotAddress,
  TableReader,
  type TableRecord,
  TableWriter,
  type TransferRecord,
  tableFormat,
} from '../src/index.ts';

const tileStrideBytes = 1 << 20;
const tableOffset = 64;

/** Phases of one tile: the records of each, as many slots as its vertices have (0: copies); without records the tile is idle. */
interface Phase {
  readonly slots: number;
  readonly records: readonly TableRecord[];
}

interface Tables {
  readonly blocks: readonly FieldBlock[];
  readonly numberBytes: 1 | 2;
  readonly tile: number;
  readonly phases: readonly Phase[];
}

/** Two or three blocks of each codelet, whose slots are 1, 2, 3, 4, …; fields are what tells blocks apart. */
function blocksOf(numberBytes: 1 | 2): readonly FieldBlock[] {
  const first = numberBytes === 1 ? 0 : 250;
  return Array.from({ length: 12 }, (_, i) => {
    const slots = 1 + (i % 5);
    const number = first + (i % 5);
    const alignment = ([1, 2, 4] as const)[i % 3];
    return fieldBlock({ number, slots, alignment }, numberBytes, new Uint8Array(4 * (i % 4)).fill(i));
  });
}

const number = fc.oneof(
  fc.constantFrom(0, 4, 8, 261_116, 261_120, 2 ** 26 - 4, 2 ** 31 - 1, -4, -(2 ** 31)),
  fc.nat({ max: 65_536 }).map(words => 4 * words),
  fc.nat({ max: 1 << 20 }),
);
const tilesOn = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -40_000, max: 40_000 }));
const place: fc.Arbitrary<SlotAddress> = fc.record({
  bytes: number,
  tiles: tilesOn,
  full: fc.boolean(),
});

function recordOf(blocks: readonly FieldBlock[], slots: (count: number) => boolean): fc.Arbitrary<TableRecord> {
  const able = blocks.flatMap((block, i) => (slots(block.slots) ? [i] : []));
  return fc
    .constantFrom(...able)
    .chain(block =>
      fc
        .array(place, { minLength: blocks[block].slots, maxLength: blocks[block].slots })
        .map(places => ({ block, slots: places.map((slot, i) => whereTileAllows(slot, i + 1 === places.length)) })),
    );
}

/** Only a source can be on another tile, and what is in full is relative to the tile that has the table. */
function whereTileAllows(slot: SlotAddress, isTarget: boolean): SlotAddress {
  return isTarget || slot.full ? { ...slot, tiles: 0 } : slot;
}

const tables: fc.Arbitrary<Tables> = fc.constantFrom(1 as const, 2 as const).chain(numberBytes => {
  const blocks = blocksOf(numberBytes);
  const copies = fc.array(
    recordOf(blocks, count => count <= 2),
    { maxLength: 30 },
  );
  const vertex = recordOf(blocks, count => count > 2).map(({ block, slots }) => [
    { block, slots: slots.map(slot => ({ ...slot, tiles: 0 })) },
  ]);
  const phase = fc.oneof(
    copies.map((records): Phase => ({ slots: 0, records })),
    vertex.map((records): Phase => ({ slots: records[0].slots.length, records })),
  );
  return fc.record({
    blocks: fc.constant(blocks),
    numberBytes: fc.constant(numberBytes),
    tile: fc.nat({ max: 2 }),
    phases: fc.array(phase, { minLength: 1, maxLength: 40 }),
  });
});

/** Twice: counted, then written. */
function written(write: (out: ByteWriter) => void): Uint8Array {
  const counted = new ByteWriter();
  write(counted);
  const bytes = new Uint8Array(counted.length);
  const out = new ByteWriter(bytes);
  write(out);
  expect(out.length).toBe(counted.length);
  return bytes;
}

function tableOf({ blocks, phases }: Tables, unitBytes: number): Uint8Array {
  const size = tableFormat.directory.phases;
  return written(out => {
    const writer = new TableWriter(blocks, tileStrideBytes, out);
    writer.directory(phases.length);
    for (let first = 0; first < phases.length; first += size) {
      const busy = phases
        .slice(first, first + size)
        .flatMap(({ records }, i) => (records.length > 0 ? [first + i] : []));
      if (busy.length === 0) continue;
      for (const phase of busy) {
        const numbers = phases[phase].records.map(record => record.block);
        writer.blocks(numbers, writer.mostBytes(numbers));
      }
      writer.enter(busy, unitBytes);
      for (const phase of busy) writer.list(() => writeList(writer, phases[phase]));
    }
  });
}

function writeList(writer: TableWriter, { slots, records }: Phase): void {
  if (slots === 0) {
    writer.copies(records);
    return;
  }
  const before = writer.out.length;
  writer.vertex(records[0]);
  const most = tableFormat.recordBytes + slots * tableFormat.slotAddress.fullBytes;
  expect(writer.out.length - before).toBeLessThanOrEqual(most);
}

type Imaged = ConstructorParameters<typeof TableReader>[0];

function imageOf({ tile, phases, numberBytes }: Tables, bytes: Uint8Array, unitBytes: number): Imaged {
  return {
    tiles: 3,
    tileStrideBytes,
    tables: { offset: tableOffset, unitBytes, numberBytes },
    transfers: { table: 0, count: 0 },
    segments: [{ address: tile * tileStrideBytes + tableOffset, bytes }],
    phases: phases.map(({ slots }) => ({ name: 'phase', slots })),
  };
}

function slotCounts(blocks: readonly FieldBlock[]): readonly number[] {
  const counts: number[] = new Array(256).fill(0);
  for (const { codelet, slots } of blocks) counts[codelet] = slots;
  return counts;
}

const modulo = (address: number) => ((address % 2 ** 32) + 2 ** 32) % 2 ** 32;

/** Which block a run has, by the bytes of it. */
function expectBlock(
  reader: TableReader,
  { codelet, fields }: Run,
  { bytes, numberBytes, alignment, ...block }: FieldBlock,
) {
  expect(codelet).toBe(block.codelet);
  expect(fields % alignment, 'fields are aligned').toBe(0);
  const own = bytes.subarray(numberBytes);
  if (own.length === 0) return;
  const { buffer, byteOffset } = reader.contents(fields);
  expect([...new Uint8Array(buffer, byteOffset, own.length)]).toEqual([...own]);
}

test.each([1, 16])('the reader finds what the writer wrote, in units of %i bytes', unitBytes => {
  fc.assert(
    fc.property(tables, made => {
      const bytes = tableOf(made, unitBytes);
      const reader = new TableReader(imageOf(made, bytes, unitBytes), slotCounts(made.blocks));
      const base = made.tile * tileStrideBytes;
      made.phases.forEach(({ records }, phase) => {
        const runs = reader.runs(made.tile, phase);
        expect(runs.map(run => run.slots)).toEqual(
          records.map(({ slots }) => slots.map(slot => modulo(base + slot.tiles * tileStrideBytes + slot.bytes))),
        );
        for (const [i, run] of runs.entries()) expectBlock(reader, run, made.blocks[records[i].block]);
      });
    }),
    { numRuns: 100, interruptAfterTimeLimit: 10_000 },
  );
});

test('transfers are read as they were written', () => {
  const blocks = blocksOf(1);
  const record = fc.nat({ max: blocks.length - 1 }).chain(block => {
    const { slots } = blocks[block];
    const addresses = fc.array(fc.nat({ max: 2 ** 32 - 1 }), { minLength: slots, maxLength: slots });
    return addresses.map((found): TransferRecord => ({ block, addresses: found }));
  });
  const three = fc.array(fc.array(record, { maxLength: 8 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(three, { minLength: 1, maxLength: 5 }), fc.nat({ max: 999 }), (variables, at) => {
      const table = 16 * at;
      const lists = variables.flat();
      const bytes = written(out => new TableWriter(blocks, 0, out).transfers(table, lists));
      const image = {
        ...imageOf({ blocks, phases: [], tile: 0, numberBytes: 1 }, bytes, 1),
        transfers: { table, count: variables.length },
        segments: [{ address: table, bytes }],
      };
      const reader = new TableReader(image, slotCounts(blocks));
      const read = variables.map((_, variable) =>
        (['toHost', 'fromHost', 'firstValue'] as const).map(list => reader.transfers(variable, list) ?? []),
      );
      const slots = read.flat().map(list => list.map(run => run.slots));
      expect(slots).toEqual(lists.map(list => list.map(({ addresses }) => addresses)));
      read.flat().forEach((list, i) => {
        for (const [n, run] of list.entries()) expectBlock(reader, run, blocks[lists[i][n].block]);
      });
    }),
    { numRuns: 100, interruptAfterTimeLimit: 10_000 },
  );
});

test('whatever the bytes of a table are, it is read or refused', () => {
  fc.assert(
    fc.property(tables, fc.nat(), fc.nat({ max: 255 }), (made, where, byte) => {
      const bytes = tableOf(made, 1);
      if (bytes.length > 0) bytes[where % bytes.length] = byte;
      const reader = new TableReader(imageOf(made, bytes, 1), slotCounts(made.blocks));
      made.phases.forEach((_, phase) => {
        try {
          reader.runs(made.tile, phase);
        } catch (error) {
          expect(error).toBeInstanceOf(InternalError);
        }
      });
    }),
    { numRuns: 100, interruptAfterTimeLimit: 10_000 },
  );
});

const [copies, vertex] = [{ slots: 0 }, { slots: 3 }];
const fill = fieldBlock({ number: 0, slots: 1, alignment: 1 }, 1, new Uint8Array(0));

/** A table of one phase: its directory, the block of codelet 0, and the given list. */
function handMade(list: readonly number[], phase: { readonly slots: number }): TableReader {
  const bytes = Uint8Array.from([1, 0, 5, 0, 0, ...list]);
  const { phases: _, ...rest } = imageOf({ blocks: [], phases: [], tile: 0, numberBytes: 1 }, bytes, 1);
  return new TableReader({ ...rest, phases: [{ name: 'phase', ...phase }] }, [fill.slots, 2]);
}

test('the format is as it is described', () => {
  // A copy with a reference 3 back, whose target is given: word 2.
  expect(handMade([4, 0b101, 3, 2, 0], copies).runs(0, 0)).toEqual([{ codelet: 0, fields: 69, slots: [8] }]);
});

test.each([
  ['a list that is longer than what is in it', [5, 0b101, 3, 2, 0], copies, 'Offset is outside'],
  ['a list that is shorter', [3, 0b101, 3, 2, 0], copies, 'a list that ends at 9 was read to 10'],
  ['a first copy without a block', [3, 0b100, 2, 0], copies, 'the first copy of a list has no field block'],
  [
    'a bit that no copy has',
    [4, 0b10000101, 3, 2, 0],
    copies,
    'a copy sets a bit that no copy has (tile 0, phase 0, 133)',
  ],
  [
    'a reference out of the table',
    [4, 0b101, 99, 2, 0],
    copies,
    'a reference leads out of its table (tile 0, phase 0, to -92 from 7)',
  ],
  [
    'a reference to itself',
    [4, 0b101, 0, 2, 0],
    copies,
    'a reference leads out of its table (tile 0, phase 0, to 7 from 7)',
  ],
  ['a codelet that there is not', [4, 0b101, 1, 2, 0], copies, 'there is no codelet 5'],
  ['a vertex of a codelet with fewer slots', [7, 2, 1, 0, 2, 0, 3, 0], vertex, /of 1 slots is called with 3/],
])('%s is refused', (_, list, phase, message) => {
  const reader = handMade(list, phase);
  expect(() => reader.runs(0, 0)).toThrow(message);
  expect(() => reader.runs(0, 0)).toThrow(InternalError);
});

test('a record with more or fewer slots than its codelet has is not written', () => {
  const writer = new TableWriter([fill], 0, new ByteWriter());
  writer.blocks([0], 0);
  expect(() => writer.vertex({ block: 0, slots: [] })).toThrow('a record of codelet 0 with 0 slots');
  expect(() => writer.copies([{ block: 0, slots: [] }])).toThrow(InternalError);
});
