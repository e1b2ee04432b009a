/**
 * An image written by hand: two tiles, two workers, six phases, one variable.
 *
 * Variable `v` (4 floats) lives on tile 0; prepared from it, `p = v²` on tile 1. Program `run` gives `input[0..4) + v` and `input[4..8) + p`;
 * program `grow` adds 1 to `v`, which makes `p` stale. Addresses within a tile: directory 0, field blocks 16, lists from 64, data from 1024.
 */
import { type KernelBuilder, type RecordedKernel, recordKernel } from '@tessera-dnn/graph/kernel';
import type { Image, Manifest } from '@tessera-dnn/machine';

/** Where the tiles and the host window lie. */
export interface Place {
  readonly strideBytes: number;
  readonly hostAddress: number;
}

const values = 1024;
const prepared = 1040;
const held = 1056;
const result = 1072;

/** Addresses in the host window. */
export function hostAddresses({ hostAddress }: Place) {
  return {
    input: hostAddress,
    output: hostAddress + 64,
    transfer: hostAddress + 1024,
    table: hostAddress + 1536,
    preparedFlag: hostAddress + 1792,
    seedAddress: hostAddress + 1796,
    end: hostAddress + 4096,
  };
}

/** `body(i)` with the byte offset of each of `count` floats, shared between the workers. */
function eachFloat(k: KernelBuilder, count: number, body: (offset: ReturnType<KernelBuilder['i32']>) => void): void {
  k.share(k.field(count), (from, to) => k.loop(from, to, i => body(k.mul(i, 4))));
}

const record = (write: (k: KernelBuilder) => void) => recordKernel({ specialised: false }, write);

/** The kernels, by codelet number. */
export const kernels: readonly RecordedKernel[] = [
  record(k => eachFloat(k, 4, i => k.store(k.add(k.address(1), i), k.load('f32', k.add(k.address(0), i))))),
  record(k =>
    eachFloat(k, 4, i => {
      const x = k.load('f32', k.add(k.address(0), i));
      k.store(k.add(k.address(0), i), k.mul(x, x));
    }),
  ),
  record(k =>
    eachFloat(k, 4, i => {
      const sum = k.add(k.load('f32', k.add(k.address(0), i)), k.load('f32', k.add(k.address(1), i)));
      k.store(k.add(k.address(2), i), sum);
    }),
  ),
  record(k =>
    eachFloat(k, 4, i => {
      const at = k.add(k.address(0), i);
      k.store(at, k.add(k.load('f32', at), 1));
    }),
  ),
  record(k =>
    eachFloat(k, 4, i => {
      const seed = k.convert(k.load('i32', k.address(0)));
      k.store(k.add(k.address(1), i), k.add(seed, k.convert(i)));
    }),
  ),
];

const [copy, square, sum, increment, seeded] = [0, 1, 2, 3, 4];

interface VertexOf {
  readonly codelet: number;
  readonly slots: readonly number[];
}

/** Per phase, per tile, the vertices. Slots are relative to the tile, wherever they lie. */
function phasesAt(place: Place): readonly (readonly (readonly VertexOf[])[])[] {
  const { input, output } = hostAddresses(place);
  const stride = place.strideBytes;
  return [
    [[], [{ codelet: copy, slots: [values - stride, prepared] }]],
    [[], [{ codelet: square, slots: [prepared] }]],
    [[{ codelet: copy, slots: [input, held] }], [{ codelet: copy, slots: [input + 16 - stride, held] }]],
    [[{ codelet: sum, slots: [held, values, result] }], [{ codelet: sum, slots: [held, prepared, result] }]],
    [
      [
        { codelet: copy, slots: [result, output] },
        { codelet: copy, slots: [stride + result, output + 16] },
      ],
      [],
    ],
    [[{ codelet: increment, slots: [values] }], []],
  ];
}

/** Contiguous memory under construction; addresses are those of the wasm memory. */
class Writer {
  readonly bytes: Uint8Array;
  readonly #words: DataView;
  readonly #base: number;

  constructor(base: number, bytes: number) {
    this.#base = base;
    this.bytes = new Uint8Array(bytes);
    this.#words = new DataView(this.bytes.buffer);
  }

  word(address: number, value: number): void {
    this.#words.setUint32(address - this.#base, value >>> 0, true);
  }

  half(address: number, value: number): void {
    this.#words.setUint16(address - this.#base, value, true);
  }

  byte(address: number, value: number): void {
    this.bytes[address - this.#base] = value;
  }

  /** An address that takes six bytes. */
  far(at: number, slot: number): void {
    this.half(at, 0xffff);
    this.word(at + 2, slot);
  }

  /** A field block per codelet, of its number and a count. */
  blocks(address: number): void {
    kernels.forEach((_, codelet) => {
      this.byte(address + 5 * codelet, codelet);
      this.word(address + 5 * codelet + 1, 4);
    });
  }

  /** A vertex or copies, with their length before them, at `address`; returns the address after the list. */
  list(address: number, vertices: readonly VertexOf[], exchange: boolean, blocks: number): number {
    let at = address + 1;
    vertices.forEach(({ codelet, slots }) => {
      // A class, a target and a source are given; tiles stay 0: slots are relative to this one.
      if (exchange) this.byte(at++, 1 | (2 << 1) | (2 << 3));
      const distance = at - (blocks + 5 * codelet);
      if (distance < 128) this.byte(at++, distance);
      else {
        this.byte(at++, 128);
        this.byte(at++, distance);
      }
      for (const slot of exchange ? [...slots].reverse() : slots) {
        this.far(at, slot);
        at += 6;
      }
    });
    this.byte(address, at - address - 1);
    return at;
  }
}

const exchanges: readonly boolean[] = [true, false, true, false, true, false];

function tileTables(place: Place, tile: number): Uint8Array {
  const base = tile * place.strideBytes;
  const writer = new Writer(base, 1024);
  writer.blocks(base + 16);
  let at = base + 64;
  let mask = 0;
  phasesAt(place).forEach((tiles, phase) => {
    if (tiles[tile].length === 0) return;
    mask |= 1 << phase;
    at = writer.list(at, tiles[tile], exchanges[phase], base + 16);
  });
  writer.half(base, mask);
  writer.half(base + 2, 64);
  return writer.bytes;
}

/** The transfer table, field blocks and lists after it. */
function transferTables(place: Place): Uint8Array {
  const { table, transfer, seedAddress } = hostAddresses(place);
  const writer = new Writer(table, 256);
  const blocks = table + 16;
  writer.blocks(blocks);
  const lists: readonly VertexOf[] = [
    { codelet: copy, slots: [values, transfer] },
    { codelet: copy, slots: [transfer, values] },
    { codelet: seeded, slots: [seedAddress, transfer] },
  ];
  lists.forEach(({ codelet, slots }, i) => {
    const at = table + 64 + 16 * i;
    writer.word(table + 4 * i, at);
    writer.word(at, 1);
    writer.byte(at + 4, slots.length);
    writer.byte(at + 5, at + 5 - (blocks + 5 * codelet));
    slots.forEach((slot, n) => {
      writer.word(at + 6 + 4 * n, slot);
    });
  });
  return writer.bytes;
}

const cycles = {
  integer: 1,
  float: 1,
  vector: 1,
  multiplyAdd: 1,
  vectorMultiplyAdd: 1,
  divide: 1,
  load: 1,
  vectorLoad: 1,
  store: 1,
  vectorStore: 1,
  loop: 1,
  branch: 1,
  vertex: 1,
};

function manifestAt(place: Place): Manifest {
  const { input, output, transfer, end } = hostAddresses(place);
  return {
    format: 'tessera',
    version: 1,
    source: 'hand.dnn',
    chip: {
      name: 'hand',
      tiles: 2,
      workers: 2,
      sramBytes: place.strideBytes,
      clockHz: 1e9,
      exchangeBytesPerCycle: 4,
      syncCycles: 1,
      cycles,
      packed: false,
      chargeCode: false,
      specialise: false,
    },
    math: 'strict',
    features: [],
    memory: {
      totalBytes: end,
      tileStrideBytes: place.strideBytes,
      host: { address: place.hostAddress, bytes: 4096, transfer },
    },
    programs: {
      run: {
        index: 0,
        kind: 'model',
        phases: 5,
        cycles: 0,
        inputs: [{ name: 'x', type: 'f32', shape: [8], address: input, bytes: 32 }],
        outputs: [{ name: 'y', type: 'f32', shape: [8], address: output, bytes: 32 }],
      },
      grow: { index: 1, kind: 'train', phases: 3, cycles: 0, inputs: [], outputs: [] },
    },
    variables: [{ index: 0, path: 'v', kind: 'param', type: 'f32', shape: [4], embedded: true }],
  };
}

export function imageAt(place: Place): Image {
  const { table, preparedFlag, seedAddress, end } = hostAddresses(place);
  return {
    manifest: manifestAt(place),
    tiles: 2,
    workers: 2,
    tileStrideBytes: place.strideBytes,
    totalBytes: end,
    tables: { offset: 0, unitBytes: 1, numberBytes: 1 },
    prepare: { name: 'prepare', firstPhase: 0, phases: 2, invalidates: false },
    programs: [
      { name: 'run', firstPhase: 2, phases: 3, invalidates: false },
      { name: 'grow', firstPhase: 5, phases: 1, invalidates: true },
    ],
    seedAddress,
    preparedFlag,
    transfers: { table, count: 1 },
    segments: [
      { address: 0, bytes: tileTables(place, 0) },
      { address: place.strideBytes, bytes: tileTables(place, 1) },
      { address: values, bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) },
      { address: table, bytes: transferTables(place) },
    ],
    phases: [
      { name: 'v · exchange', slots: 0 },
      { name: 'v² · compute', slots: 1 },
      { name: 'x · exchange', slots: 0 },
      { name: 'y · compute', slots: 3 },
      { name: 'y · exchange', slots: 0 },
      { name: 'grow · compute', slots: 1 },
    ],
  };
}

/** The image in one page. */
export const small: Place = { strideBytes: 4096, hostAddress: 8192 };
export const image: Image = imageAt(small);
