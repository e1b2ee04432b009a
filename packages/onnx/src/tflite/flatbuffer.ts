/**
 * Reads FlatBuffers (https://flatbuffers.dev/internals): tables whose fields are found by slots. What leads beyond the end of the file is a `RangeError`,
 * which libraries for this format do not promise: they give whatever is read there. So is a file whose tables share lists so often that reading them
 * all would take many times its bytes.
 */

/** A file, and how many bytes of lists may still be read of it. */
interface File {
  readonly view: DataView;
  left: number;
}

/** A sound file leads to each list once, and readers ask a few times for some. */
const mostReadings = 8;

/** A table, at its place in a file. */
export class Table {
  readonly #file: File;
  readonly #view: DataView;
  readonly #at: number;

  constructor(file: File, at: number) {
    this.#file = file;
    this.#view = file.view;
    this.#at = at;
  }

  /** The table that the file begins with. */
  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Table({ view, left: mostReadings * bytes.length }, view.getUint32(0, true));
  }

  byte(slot: number, otherwise = 0): number {
    const at = this.#field(slot);
    return at === undefined ? otherwise : this.#view.getInt8(at);
  }

  flag(slot: number): boolean {
    return this.byte(slot) !== 0;
  }

  int(slot: number, otherwise = 0): number {
    const at = this.#field(slot);
    return at === undefined ? otherwise : this.#view.getInt32(at, true);
  }

  float(slot: number, otherwise = 0): number {
    const at = this.#field(slot);
    return at === undefined ? otherwise : this.#view.getFloat32(at, true);
  }

  table(slot: number): Table | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : new Table(this.#file, this.#target(at));
  }

  tables(slot: number): readonly Table[] {
    return this.#list(slot, 4, at => new Table(this.#file, this.#target(at)));
  }

  ints(slot: number): readonly number[] {
    return this.#list(slot, 4, at => this.#view.getInt32(at, true));
  }

  /** Whole numbers of 64 bits; beyond 2^53 the nearest double. */
  longs(slot: number): readonly number[] {
    return this.#list(slot, 8, at => Number(this.#view.getBigInt64(at, true)));
  }

  floats(slot: number): readonly number[] {
    return this.#list(slot, 4, at => this.#view.getFloat32(at, true));
  }

  text(slot: number): string {
    const bytes = this.bytes(slot);
    this.#spend(bytes.length);
    return new TextDecoder().decode(bytes);
  }

  /** Shares the memory of the file. */
  bytes(slot: number): Uint8Array {
    const [begin, count] = this.#vector(slot, 1);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + begin, count);
  }

  #list<T>(slot: number, size: number, read: (at: number) => T): readonly T[] {
    const [begin, count] = this.#vector(slot, size);
    this.#spend(count * size);
    return Array.from({ length: count }, (_, i) => read(begin + i * size));
  }

  #spend(bytes: number): void {
    this.#file.left -= bytes;
    if (this.#file.left < 0) throw new RangeError('lists are read again and again');
  }

  /** Where a vector's elements begin, and how many there are; none if the field is absent. */
  #vector(slot: number, size: number): readonly [begin: number, count: number] {
    const at = this.#field(slot);
    if (at === undefined) return [0, 0];
    const vector = this.#target(at);
    const count = this.#view.getUint32(vector, true);
    if (vector + 4 + count * size > this.#view.byteLength) throw new RangeError('a list leads beyond the end');
    return [vector + 4, count];
  }

  #target(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  /** A table begins with the way back to the list of its fields' places. */
  #field(slot: number): number | undefined {
    const fields = this.#at - this.#view.getInt32(this.#at, true);
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#view.getUint16(fields, true)) return undefined;
    const place = this.#view.getUint16(fields + entry, true);
    return place === 0 ? undefined : this.#at + place;
  }
}
