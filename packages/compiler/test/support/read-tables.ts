/** Reads the tables of an image as `machine`'s `image.ts` describes them. It shares no code with what writes them or walks them. */
import type { KernelCode } from '@tessera/graph';
import type { Image } from '@tessera/machine';

/** What one tile, or the host, runs: the codelet, its fields, and the addresses of its slots, in bytes of the whole memory. */
export interface Run {
  readonly codelet: number;
  readonly fields: readonly number[];
  readonly slots: readonly number[];
}

type Codes = readonly Pick<KernelCode, 'slots' | 'fieldTypes'>[];

/** The initial memory: its segments, found by their addresses. */
export function memoryOf(image: Image): (address: number) => DataView {
  const sorted = [...image.segments].sort((a, b) => a.address - b.address);
  return address => {
    const segment = sorted.findLast(s => s.address <= address && address < s.address + s.bytes.length);
    if (!segment) throw new Error(`nothing lies at ${address}`);
    const { buffer, byteOffset, length } = segment.bytes;
    const skipped = address - segment.address;
    return new DataView(buffer, byteOffset + skipped, length - skipped);
  };
}

class Reader {
  at: number;
  readonly #view: DataView;
  readonly #image: Image;
  readonly #codes: Codes;

  constructor(view: DataView, at: number, image: Image, codes: Codes) {
    this.#view = view;
    this.at = at;
    this.#image = image;
    this.#codes = codes;
  }

  u8 = () => this.#view.getUint8(this.at++);
  i8 = () => this.#view.getInt8(this.at++);
  u16 = () => this.#view.getUint16((this.at += 2) - 2, true);
  i16 = () => this.#view.getInt16((this.at += 2) - 2, true);
  u32 = () => this.#view.getUint32((this.at += 4) - 4, true);
  i32 = () => this.#view.getInt32((this.at += 4) - 4, true);

  length(): number {
    const short = this.u8();
    return short === 255 ? this.u32() : short;
  }

  address(): number {
    const n = this.u16();
    if (n < 65280) return 4 * n;
    if (n < 65535) return 4 * ((n - 65280) * 65536 + this.u16());
    return this.i32();
  }

  block(): { readonly codelet: number; readonly fields: readonly number[] } {
    const here = this.at;
    const first = this.u8();
    const near = first < 128 ? first : (first - 128) * 256 + this.u8();
    const distance = near === 0 ? this.u32() : near;
    const behind = this.at;
    this.at = here - distance;
    const codelet = this.#image.tables.numberBytes === 1 ? this.u8() : this.u16();
    const read = { u8: this.u8, i8: this.i8, u16: this.u16, i16: this.i16, i32: this.i32 };
    const fields = (this.#codes[codelet].fieldTypes ?? []).map(type => {
      const width = Number(type.slice(1)) / 8;
      if (this.at % width !== 0) throw new Error(`a field of ${width} bytes at ${this.at}`);
      return read[type]();
    });
    this.at = behind;
    return { codelet, fields };
  }
}

/** What a tile runs in a phase, in the order of its table; undefined if it has no list. */
export function readList(image: Image, codes: Codes, tile: number, phase: number): readonly Run[] | undefined {
  const base = tile * image.tileStrideBytes;
  const view = memoryOf(image)(base + image.tables.offset);
  const group = Math.floor(phase / 16);
  const mask = view.getUint16(4 * group, true);
  if (!((mask >> (phase % 16)) & 1)) return undefined;
  const start = view.getUint16(4 * group + 2, true) * image.tables.unitBytes;
  const reader = new Reader(view, start, image, codes);
  for (let before = 0; before < phase % 16; before++) {
    if (!((mask >> before) & 1)) continue;
    const bytes = reader.length();
    reader.at += bytes;
  }
  const bytes = reader.length();
  const end = reader.at + bytes;
  const { slots } = image.phases[phase];
  const runs =
    slots > 0
      ? [{ ...reader.block(), slots: Array.from({ length: slots }, () => wrap(base + reader.address())) }]
      : readCopies(reader, end, base, image.tileStrideBytes, codes);
  if (reader.at !== end) throw new Error(`a list that ends at ${end} was read to ${reader.at}`);
  return runs;
}

function readCopies(reader: Reader, end: number, base: number, strideBytes: number, codes: Codes): readonly Run[] {
  const runs: Run[] = [];
  const numbers = { to: 0, from: 0, tiles: 0 };
  const steps = { to: 0, from: 0, tiles: 0 };
  let block = { codelet: -1, fields: [] as readonly number[] };
  const next = (name: keyof typeof numbers, way: number, given: () => number, step: () => number) => {
    const before = numbers[name];
    if (way === 1) numbers[name] += step();
    if (way === 2) numbers[name] = given();
    if (way === 3) numbers[name] += steps[name];
    if (way === 1 || way === 2) steps[name] = numbers[name] - before;
  };
  while (reader.at < end) {
    const ways = reader.u8();
    if (ways % 2 === 1) block = reader.block();
    next(
      'to',
      (ways >> 1) % 4,
      () => reader.address(),
      () => 4 * reader.i8(),
    );
    next(
      'from',
      (ways >> 3) % 4,
      () => reader.address(),
      () => 4 * reader.i8(),
    );
    next('tiles', (ways >> 5) % 4, reader.i16, reader.i8);
    const target = wrap(base + numbers.to);
    const source = wrap(base + numbers.tiles * strideBytes + numbers.from);
    runs.push({ ...block, slots: codes[block.codelet].slots === 1 ? [target] : [source, target] });
  }
  return runs;
}

/** The lists of a variable: to the transfer area, back, and its first value. */
export function readTransfers(image: Image, codes: Codes, variable: number): readonly (readonly Run[])[] {
  const memory = memoryOf(image);
  return [0, 1, 2].map(list => {
    const { table } = image.transfers;
    const start = memory(table).getUint32(12 * variable + 4 * list, true);
    if (start === 0) return [];
    const reader = new Reader(memory(table), start - table, image, codes);
    return Array.from({ length: reader.u32() }, () => {
      const slots = reader.u8();
      return { ...reader.block(), slots: Array.from({ length: slots }, () => wrap(reader.u32())) };
    });
  });
}

/** Addresses are modulo 2^32. */
export function wrap(address: number): number {
  return ((address % 2 ** 32) + 2 ** 32) % 2 ** 32;
}
