/**
 * A number by which data is told from other data, so that a training is not continued on the wrong data by mistake. It is no proof against
 * forgery.
 */
import type { SampleColumn } from './batches.ts';

/** Eight hexadecimal digits that depend on the names, lengths and bytes of all columns, and not on the order of the columns. */
export function fingerprint(columns: readonly SampleColumn[]): string {
  let hash = 0;
  for (const { name, data, sampleElements } of columns) {
    let own = words([data.length, sampleElements, ...new TextEncoder().encode(name)], 0x811c9dc5);
    own = bytesHash(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), own);
    hash = (hash + own) | 0;
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Takes four bytes at a time, since data may be large; bytes that are not aligned are copied first. */
function bytesHash(bytes: Uint8Array, hash: number): number {
  if (bytes.byteOffset % 4 !== 0) return bytesHash(bytes.slice(), hash);
  const whole = Math.floor(bytes.length / 4);
  return words(bytes.subarray(4 * whole), words(new Uint32Array(bytes.buffer, bytes.byteOffset, whole), hash));
}

/** FNV-1a (Fowler, Noll and Vo) over words instead of bytes, with a rotation so that high bits have an influence on low ones too. */
function words(values: ArrayLike<number>, hash: number): number {
  for (let i = 0; i < values.length; i++) {
    hash = Math.imul(hash ^ values[i], 0x01000193);
    hash = (hash << 13) | (hash >>> 19);
  }
  return hash;
}
