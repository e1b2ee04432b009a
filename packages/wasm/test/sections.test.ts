/** The parts of the binary format that we write ourselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataPieces, type JoinedSegment, joinSegments, type Segment } from '../src/sections/data.ts';
import { joinSections } from '../src/sections/join.ts';
import { readUnsigned, signed32, unsignedBytes, writeUnsigned } from '../src/sections/leb128.ts';
import { sectionId, splitSections } from '../src/sections/split.ts';

describe('LEB128', () => {
  // Examples of the WebAssembly and DWARF specifications.
  test.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [624485, [0xe5, 0x8e, 0x26]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %i', (value, bytes) => {
    const written = new Uint8Array(unsignedBytes(value));
    expect(writeUnsigned(written, 0, value)).toBe(bytes.length);
    expect([...written]).toEqual(bytes);
    expect(readUnsigned(written, 0)).toEqual({ value, next: bytes.length });
  });

  test.each([
    [0, [0x00]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    // An address above 2 GiB has the same bits as a negative number.
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('signed %i', (value, bytes) => {
    expect(signed32(value)).toEqual(bytes);
  });

  test('a number that runs off the end is none', () => {
    expect(readUnsigned(Uint8Array.of(0x80, 0x80), 0)).toBeUndefined();
  });
});

/** Memory as the segments would leave it. */
function unfold(segments: readonly Segment[], size: number): Uint8Array {
  const memory = new Uint8Array(size);
  for (const { address, bytes } of segments) memory.set(bytes, address);
  return memory;
}

function joinedBytes({ address, size, parts }: JoinedSegment): Segment {
  const bytes = Uint8Array.from(parts.flatMap(part => [...part]));
  expect(bytes).toHaveLength(size);
  return { address, bytes };
}

describe('the data section', () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 80 })), { maxLength: 12 });
  const lists = fc.array(fc.tuple(fc.nat(100), runs), { maxLength: 6 });

  /** Segments that lie one after the other, with the gaps between them, in any order. */
  function scattered(list: readonly (readonly [number, readonly (readonly [number, number])[]])[]) {
    let address = 3;
    const segments = list.map(([gap, stretches]) => {
      const bytes = stretches.flatMap(([some, none]) => [...Array(some).fill(7), ...Array(none).fill(0)]);
      const segment = { address: address + gap, bytes: Uint8Array.from(bytes) };
      address += gap + bytes.length;
      return segment;
    });
    return { segments: segments.reverse(), size: address };
  }

  test('gives the same memory whatever zeros it leaves out or puts in', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 5 }), (list, most) => {
        const { segments, size } = scattered(list);
        const joined = joinSegments(segments).map(joinedBytes);
        expect(unfold(joined, size)).toEqual(unfold(segments, size));
        const few = joinSegments(segments, most).map(joinedBytes);
        expect(few.length).toBeLessThanOrEqual(most);
        expect(unfold(few, size)).toEqual(unfold(segments, size));
        // Nothing kept has 32 zeros in a row, or a zero at an end; and no two could be one for less than a segment costs.
        joined.forEach((piece, i) => {
          expect(String.fromCharCode(...piece.bytes)).not.toContain('\0'.repeat(32));
          expect(piece.bytes[0] === 0 || piece.bytes.at(-1) === 0).toBe(false);
          if (i > 0) expect(piece.address - joined[i - 1].address - joined[i - 1].bytes.length).toBeGreaterThan(31);
        });
      }),
    );
  });

  test('holds no piece for memory that is all zero', () => {
    expect(joinSegments([{ address: 16, bytes: new Uint8Array(1000) }])).toEqual([]);
  });

  test('is one piece for segments that touch', () => {
    const segments = Array.from({ length: 500 }, (_, i) => ({ address: 8 * i, bytes: Uint8Array.of(1, 2, 3, 4) }));
    expect(joinSegments(segments)).toHaveLength(1);
  });

  test('leaves out the longest runs where an engine would refuse as many pieces as there are runs', () => {
    const bytes = new Uint8Array(40 * 64).map((_, i) => Number(i % 40 === 0));
    bytes.fill(0, 100, 300);
    expect(joinSegments([{ address: 0, bytes }])).toHaveLength(59);
    const few = joinSegments([{ address: 0, bytes }], 10).map(joinedBytes);
    // The longest run, and eight of the others, which are alike.
    expect(few).toHaveLength(10);
    expect(few.map(({ address }) => address)).toContain(320);
    expect(unfold(few, bytes.length)).toEqual(bytes);
  });

  test('refuses segments that overlap', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    expect(() =>
      joinSegments([
        { address: 0, bytes },
        { address: 3, bytes },
      ]),
    ).toThrow('overlap');
  });

  test('is what an engine writes into memory, up to the last byte', () => {
    const segments = [
      { address: 5, bytes: Uint8Array.from([1, 2, 3]) },
      { address: 300, bytes: Uint8Array.from([4, ...Array(100).fill(0), 5]) },
      { address: 65535, bytes: Uint8Array.from([6]) },
    ];
    const memorySection = { id: 5, pieces: [Uint8Array.from([1, 0, 1])] };
    const exportSection = { id: sectionId.export, pieces: [Uint8Array.from([1, 1, 0x6d, 2, 0])] };
    const wasm = joinSections([memorySection, exportSection, { id: sectionId.data, pieces: dataPieces(segments) }]);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
    expect(new Uint8Array((exports.m as WebAssembly.Memory).buffer)).toEqual(unfold(segments, 65536));
    expect(splitSections(wasm).map(section => section.id)).toEqual([5, sectionId.export, sectionId.data]);
  });
});
