/** A hash that tells artifacts apart by what they compute. */
import { createHash } from 'node:crypto';

/**
 * Sixteen hexadecimal digits from the code, tables and constants of a valid wasm module. Custom sections are left out: they only hold
 * names, among them that of the source file.
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

/** Reads a number in wasm's format (unsigned LEB128). */
function unsigned(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}
