/** LEB128, the variable-length integers of the wasm binary format. */

/** Bytes of `value` (0 … 2^53 - 1) as unsigned LEB128. */
export function unsignedBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Writes `value` as unsigned LEB128 at `at`; returns the offset after it. */
export function writeUnsigned(into: Uint8Array, at: number, value: number): number {
  let rest = value;
  while (rest >= 128) {
    into[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  into[at++] = rest;
  return at;
}

/** The bytes of an i32 (an address above 2^31 wraps) as signed LEB128. */
export function signed32(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

export interface Unsigned {
  readonly value: number;
  /** The offset of the byte after the number. */
  readonly next: number;
}

/** Reads an unsigned LEB128 of at most 32 bits; undefined if it runs off the end. */
export function readUnsigned(bytes: Uint8Array, at: number): Unsigned | undefined {
  let value = 0;
  let scale = 1;
  for (let i = at; i < bytes.length && i < at + 5; i++) {
    value += (bytes[i] & 127) * scale;
    if (bytes[i] < 128) return { value, next: i + 1 };
    scale *= 128;
  }
  return undefined;
}
