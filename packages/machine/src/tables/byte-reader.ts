/** Reads integers one after the other, little-endian: the other side of `ByteWriter`. Throws a RangeError after the last byte. */
export class ByteReader {
  /** Where the next integer begins. */
  at: number;
  readonly #view: DataView;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.at = at;
  }

  /** The next integer of so many bytes, without a sign. */
  unsigned(bytes: 1 | 2 | 4): number {
    const at = this.#advance(bytes);
    if (bytes === 1) return this.#view.getUint8(at);
    return bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** The next integer of so many bytes, with a sign. */
  signed(bytes: 1 | 2 | 4): number {
    const at = this.#advance(bytes);
    if (bytes === 1) return this.#view.getInt8(at);
    return bytes === 2 ? this.#view.getInt16(at, true) : this.#view.getInt32(at, true);
  }

  #advance(bytes: number): number {
    this.at += bytes;
    return this.at - bytes;
  }
}
