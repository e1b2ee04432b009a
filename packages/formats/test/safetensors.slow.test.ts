/** safetensors: files assembled by hand are read as the format says, what is written is read back, bad files end in diagnostics. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../src/index.ts';
import { bits, elements, tensors } from './tensors.ts';

/** The bytes of a file with this header and this data. */
function file(header: string, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
const messages = (bytes: Uint8Array) => readSafetensors(bytes, 'w').diagnostics.map(({ message }) => message);
const u8 = (name: string, begin: number, end: number) =>
  `"${name}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;

it('reads a file in any order of its entries', () => {
  const header =
    '{"b":{"dtype":"I32","shape":[2],"data_offsets":[4,12]},"__metadata__":{"format":"pt"},' +
    '"a.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"s":{"dtype":"BOOL","shape":[],"data_offsets":[12,13]}}';
  const read = readSafetensors(file(header, [0, 0, 0x20, 0xc0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1]));
  expect(read).toEqual({
    ok: true,
    value: {
      metadata: new Map([['format', 'pt']]),
      foreign: new Map(),
      tensors: new Map<string, StoredTensor>([
        ['b', { element: 'i32', shape: [2], data: Int32Array.of(1, -1) }],
        ['a.weight', { element: 'f32', shape: [1, 1], data: Float32Array.of(-2.5) }],
        ['s', { element: 'bool', shape: [], data: Uint8Array.of(1) }],
      ]),
    },
    diagnostics: [],
  });
});

it('reads elements of 16 and 8 bits, and leaves alone what it does not know', () => {
  const entry = (name: string, dtype: string, begin: number, end: number) =>
    `"${name}":{"dtype":"${dtype}","shape":[2],"data_offsets":[${begin},${end}]}`;
  const entries = [
    entry('h', 'F16', 0, 4),
    entry('b', 'BF16', 4, 8),
    entry('i', 'I8', 8, 10),
    entry('u', 'U8', 10, 12),
  ];
  const header = `{${[...entries, entry('q', 'F8_E5M2', 12, 14)].join()}}`;
  const read = readSafetensors(file(header, [0, 0x3c, 1, 0x80, 0x80, 0x3f, 0, 0xff, 0x80, 1, 0x80, 1, 7, 7]));
  expect(read.ok && Object.fromEntries(read.value.tensors)).toEqual({
    h: { element: 'f16', shape: [2], data: Uint16Array.of(0x3c00, 0x8001) },
    b: { element: 'bf16', shape: [2], data: Uint16Array.of(0x3f80, 0xff00) },
    i: { element: 'i8', shape: [2], data: Int8Array.of(-128, 1) },
    u: { element: 'u8', shape: [2], data: Uint8Array.of(128, 1) },
  });
  expect(read.ok && [...read.value.foreign]).toEqual([['q', 'F8_E5M2']]);
});

it('reads 8-byte elements at odd places of a Node buffer, whose slices are not copies', () => {
  const header =
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"I64","shape":[],"data_offsets":[4,12]}}';
  const read = readSafetensors(Buffer.from(file(`${header} `, [0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])));
  expect(read.ok && read.value.tensors.get('b')?.data).toEqual(BigInt64Array.of(3n));
});

it('writes a file byte for byte as the format says, wide elements first', () => {
  const written = writeSafetensors(
    new Map<string, StoredTensor>([
      ['1', { element: 'u8', shape: [1], data: Uint8Array.of(7) }],
      ['0', { element: 'f32', shape: [], data: Float32Array.of(1) }],
    ]),
    { a: 'é' },
  );
  const header =
    '{"__metadata__":{"a":"é"},"0":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"1":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}';
  const padded = header + ' '.repeat((8 - (new TextEncoder().encode(header).length % 8)) % 8);
  expect(written).toEqual(file(padded, [0, 0, 0x80, 0x3f, 7]));
});

it('reads back what it writes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), tensors(elements)),
      fc.dictionary(fc.string(), fc.string()),
      (record, metadata) => {
        const named = new Map(Object.entries(record).filter(([name]) => name !== '__metadata__'));
        const read = readSafetensors(writeSafetensors(named, metadata));
        if (!read.ok) throw new Error(read.diagnostics[0].message);
        expect([...read.value.tensors].map(([name, tensor]) => [name, bits(tensor)]).sort()).toEqual(
          [...named].map(([name, tensor]) => [name, bits(tensor)]).sort(),
        );
        expect(Object.fromEntries(read.value.metadata)).toEqual({ ...metadata });
      },
    ),
  );
});

it.each([
  [Uint8Array.of(1, 2, 3), ['w: 3 bytes are too few for a safetensors file']],
  [
    file('{}').fill(0xff, 0, 8),
    ['w: the header would be 18446744073709552000 bytes long; this is no safetensors file'],
  ],
  [file('{"a":1}').subarray(0, 12), ['w: the header is 7 bytes long, but only 4 bytes follow: truncated']],
  [file('[]'), ['w: the header is not a JSON object; this is no safetensors file']],
  [file('{"a":'), ['w: the header is not a JSON object; this is no safetensors file']],
  [file(`{${u8('a', 0, 1)},${u8('\\u0061', 1, 2)}}`, [1, 2]), ['w: the header names "a" twice']],
  [file('{"a":3,"b":[]}'), ['w: tensor a is not described by an object', 'w: tensor b is not described by an object']],
  [
    file('{"a":{"dtype":8,"shape":[],"data_offsets":[0,1]}}', [1]),
    ['w: tensor a has element type 8, which is no name of one'],
  ],
  [file('{"\\u001b[2J\\n":3}'), ['w: tensor \\u001b[2J\\u000a is not described by an object']],
  [file(`{${u8('a', 0, 2)},${u8('b', 1, 3)}}`, [1, 2, 3]), ['w: tensors a and b overlap at byte 1']],
  [file(`{${u8('a', 0, 1)},${u8('b', 2, 3)}}`, [1, 2, 3]), ['w: bytes 1 to 2 between a and b belong to no tensor']],
  [file(`{${u8('a', 0, 4)}}`, [1, 2, 3]), ['w: tensor a ends at byte 4, but there are 3 bytes of data: truncated']],
  [file(`{${u8('a', 0, 2)}}`, [1, 2, 3]), ['w: the last 1 bytes belong to no tensor']],
  [
    file('{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}}', Array(12).fill(0)),
    ['w: tensor a is f32[2, 2], 16 bytes, but has 12'],
  ],
  [
    file('{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}', [0]),
    ['w: tensor a has shape [1.5], but extents must be integers ≥ 0'],
  ],
  [file('{"__metadata__":{"a":1}}'), ['w: __metadata__ must be an object of strings']],
])('bad file %#', (bytes, expected) => {
  expect(messages(bytes)).toEqual(expected);
});

it('never throws, whatever the bytes', () => {
  const good = writeSafetensors(
    new Map<string, StoredTensor>([
      ['conv.weight', { element: 'f32', shape: [2, 3], data: new Float32Array(6) }],
      ['ids', { element: 'i64', shape: [2], data: new BigInt64Array(2) }],
    ]),
  );
  const mutated = fc
    .record({ cut: fc.nat(good.length), at: fc.nat(good.length - 6), bytes: fc.uint8Array({ maxLength: 6 }) })
    .map(({ cut, at, bytes }) => {
      const copy = good.slice();
      copy.set(bytes, at);
      return copy.subarray(0, Math.max(cut, at));
    });
  const headers = fc.json().map(json => file(json));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), mutated, headers), bytes => {
      const read = readSafetensors(bytes);
      expect(read.ok || read.diagnostics.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('leaves tensors of unknown element types aside', () => {
  const header =
    '{"a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}';
  const read = readSafetensors(file(header, [1, 2, 3, 4]), 'w');
  expect(read.ok && [...read.value.foreign]).toEqual([['a', 'F8_E4M3']]);
  expect(read.ok && read.value.tensors.get('b')?.data).toEqual(Uint8Array.of(4));
  const short = readSafetensors(file(header, [1, 2, 3]), 'w');
  expect(short.diagnostics[0].message).toBe('w: tensor b ends at byte 4, but there are 3 bytes of data: truncated');
});

describe('headers as deep and as long as they may be', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const long = 'x\\"'.repeat(7_000_000);
  it.each([
    ['depth under a tensor', `{"a":${deep}}`, 'is not described by an object'],
    ['depth as a type', `{"a":{"dtype":${deep},"shape":[],"data_offsets":[0,0]}}`, 'has element type [[…]]'],
    ['depth as a shape', `{"a":{"dtype":"U8","shape":${deep},"data_offsets":[0,0]}}`, 'has shape [[…]]'],
    ['depth as offsets', `{"a":{"dtype":"U8","shape":[],"data_offsets":${deep}}}`, 'has data_offsets [[…]]'],
    ['depth as metadata', `{"__metadata__":${deep}}`, '__metadata__ must be an object of strings'],
    ['a name of 20 MB', `{"${long}":1}`, 'is not described by an object'],
    ['a name of 20 MB twice', `{"${long}":1,"${long}":2}`, 'twice'],
    ['a type of 20 MB', `{"a":{"dtype":"${long}","shape":[-1]}}`, 'has shape [-1]'],
    [
      'very many axes',
      `{"a":{"dtype":"U8","shape":[${'1,'.repeat(100_000)}1],"data_offsets":[0,1]}}`,
      'has shape [1,1,',
    ],
  ])('%s', (_, header, expected) => {
    const read = readSafetensors(file(header), 'w');
    const [{ message }] = read.diagnostics;
    expect(message).toContain(expected);
    expect(message.length).toBeLessThan(300);
  });

  it('metadata of 20 MB is read', () => {
    const read = readSafetensors(file(`{"__metadata__":{"a":"${long}"}}`), 'w');
    expect(read.ok && read.value.metadata.get('a')?.length).toBe(14_000_000);
  });
});
