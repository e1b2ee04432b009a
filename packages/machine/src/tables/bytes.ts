/** Bytes one after the other, little-endian. Without memory to put them in they are only counted: what is counted is what is written. */
export class ByteWriter {
  /** How many bytes have been written or counted so far. */
  length = 0;
  readonly #bytes: Uint8Array | undefined;

  constructor(bytes?: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The lowest `count` bytes of an integer. */
  put(value: number, count: 1 | 2 | 4): void {
    this.putAt(this.length, value, count);
    this.length += count;
  }

  /** Overwrites `count` bytes from byte `at` on; the length stays. */
  putAt(at: number, value: number, count: 1 | 2 | 4): void {
    if (!this.#bytes) return;
    for (let i = 0; i < count; i++) this.#bytes[at + i] = value >> (8 * i);
  }

  /** Puts the bytes at the end. */
  append(bytes: Uint8Array): void {
    this.#bytes?.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Leaves a gap, so that what comes `before` bytes from here lies at a multiple of `bytes`. */
  align(bytes: number, before = 0): void {
    this.length = Math.ceil((this.length + before) / bytes) * bytes - before;
  }
}
