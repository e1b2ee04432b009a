/** npy: what NumPy wrote is read as NumPy meant it, what is written is read back, bad files end in diagnostics. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../src/index.ts';
import { bits, elements, tensors } from './tensors.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const expected: Record<string, { shape: number[]; values: (string | number)[] }> = JSON.parse(
  new TextDecoder().decode(fixture('values.json')),
);
const file = (header: string, data: readonly number[] = [], version = 1) =>
  Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    header.length,
    0,
    ...new TextEncoder().encode(header),
    ...data,
  ]);
const message = (bytes: Uint8Array) =>
  readNpy(bytes, 'x.npy').diagnostics.map(({ severity, message }) => `${severity} ${message}`);

describe('files by NumPy', () => {
  it.each(Object.keys(expected))('%s', name => {
    const read = readNpy(fixture(`${name}.npy`));
    if (!read.ok) throw new Error(read.diagnostics[0].message);
    const { element, shape, data } = read.value;
    expect(shape).toEqual(expected[name].shape);
    const values =
      element === 'f16' ? [...data].map(halfBits) : [...data].map(v => (/^[iu]/.test(element) ? `${v}` : v));
    expect(values).toEqual(expected[name].values);
    expect(read.diagnostics).toEqual([]);
  });

  it('covers every fixture', () => {
    const files = readdirSync(new URL('fixtures', import.meta.url)).filter(name => name.endsWith('.npy'));
    expect(files.length).toBe(Object.keys(expected).length + 2);
  });
});

/** The value of a 16-bit float, in the range that occurs in the fixtures, given its bits. */
function halfBits(half: number | bigint): number {
  const bits = Number(half);
  const magnitude = (bits & 0x7fff) === 0 ? 0 : (1 + (bits & 0x3ff) / 1024) * 2 ** (((bits >> 10) & 0x1f) - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

it('reads back what it writes', () => {
  fc.assert(
    fc.property(tensors(elements.filter(element => element !== 'bf16')), tensor => {
      const read = readNpy(writeNpy(tensor));
      expect(read.ok && bits(read.value)).toEqual(bits(tensor));
    }),
  );
});

it('writes the very bytes NumPy writes', () => {
  for (const name of ['c-f4', 'c-f2', 'c-i8', 'c-i1', 'c-u1', 'c-b1', 'scalar-f4', 'vector-i4', 'empty-f4']) {
    const read = readNpy(fixture(`${name}.npy`));
    if (!read.ok || read.value.element === 'bf16') throw new Error(name);
    expect(writeNpy(read.value)).toEqual(new Uint8Array(fixture(`${name}.npy`)));
  }
});

it('reads unaligned bytes', () => {
  const bytes = fixture('c-f8.npy');
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const read = readNpy(shifted.subarray(3));
  expect(read.ok && read.value.data[23]).toBe(4.5);
});

it.each([
  [fixture('objects.npy'), 'error x.npy: it holds Python objects, not numbers'],
  [fixture('records.npy'), 'error x.npy: it holds records of several fields, not one tensor'],
  [fixture('c-f4.npy').subarray(0, 200), 'error x.npy: f32[2, 3, 4] needs 96 bytes, but there are 72: truncated'],
  [fixture('c-f4.npy').subarray(0, 50), 'error x.npy: the header ends at byte 128, but the file at 50: truncated'],
  [Uint8Array.from([1, 2]), 'error x.npy: this is no npy file'],
  [file('{}', [], 9), 'error x.npy: npy version 9.0 is not known'],
  [file('{'), 'error x.npy: the header is not a Python dict'],
  [file("{'descr': '<f4'}"), 'error x.npy: the header has no fortran_order that is True or False'],
  [
    file("{'descr': '<c8', 'fortran_order': False, 'shape': ()}"),
    'error x.npy: its element type "<c8" is not known (f8 f4 f2 i8 u8 i4 u4 i2 u2 i1 u1 b1)',
  ],
  [file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, -1)}"), 'error x.npy: the header is not a Python dict'],
  [
    file("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 99999999999)}"),
    'error x.npy: u8[99999999999, 99999999999] needs Infinity bytes, but there are 0: truncated',
  ],
  [
    file("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", [1, 2, 3]),
    'warning x.npy: 1 bytes behind the tensor are ignored',
  ],
])('bad file %#', (bytes, expectedMessage) => {
  expect(message(bytes)).toEqual([expectedMessage]);
});

it('never throws, whatever the bytes', () => {
  const good = new Uint8Array(fixture('f-f4.npy'));
  const mutated = fc
    .record({ cut: fc.nat(good.length), at: fc.nat(130), bytes: fc.uint8Array({ maxLength: 6 }) })
    .map(({ cut, at, bytes }) => {
      const copy = good.slice();
      copy.set(bytes, at);
      return copy.subarray(0, Math.max(cut, at));
    });
  const dicts = fc
    .array(
      fc.constantFrom('{', '}', '(', ')', '[', ',', ':', "'descr'", "'<f4'", "'shape'", "'fortran_order'", 'True', '3'),
    )
    .map(tokens => file(tokens.join('').slice(0, 200)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), mutated, dicts), bytes => {
      const read = readNpy(bytes);
      expect(read.ok || read.diagnostics.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});
