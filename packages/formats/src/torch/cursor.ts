/** A place in bytes, which goes on with what is read. Whatever would go beyond the end is a `RangeError`. */
export class Cursor {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.at = at;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The length of all the bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.#past(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#past(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#past(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#past(4), true);
  }

  /** Exact up to 2^53, and beyond that longer than any file. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }

  /** Pickles have floats with the high byte first. */
  f64(): number {
    return this.#view.getFloat64(this.#past(8), false);
  }

  bytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new RangeError('beyond the end');
    const begin = this.#past(length);
    return this.#bytes.subarray(begin, begin + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.bytes(length));
  }

  /** The text up to the end of the line, which is passed. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end === -1) throw new RangeError('the line has no end');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  #past(length: number): number {
    const at = this.at;
    this.at += length;
    return at;
  }
}
