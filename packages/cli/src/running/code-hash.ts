/** Tells artifacts apart by what they do. */
import { createHash } from 'node:crypto';

/**
 * Sixteen hexadecimal digits of the code, tables and constants of a sound wasm module. Custom sections do not count: they hold names, that of
 * the source's file among them.
 */
export function codeHash(bytes: Uint8Array): string {
  const hash = createHash('sha256');
  let at = 8;
  while (at < bytes.length) {
    const { value: size, end: begin } = unsigned(bytes, at + 1);
    if (bytes[at] !== customSection) hash.update(bytes.subarray(at, begin + size));
    at = begin + size;
  }
  return hash.digest('hex').slice(0, 16);
}

const customSection = 0;

/** LEB128. */
function unsigned(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}
