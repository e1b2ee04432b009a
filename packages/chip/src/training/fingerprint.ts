/** A number that tells data from other data: so that a training is not continued on the wrong one by mistake. It proves nothing else. */
import type { Column } from './batches.ts';

/** Eight hexadecimal digits of the names, lengths and bytes of all columns, whatever their order. */
export function fingerprint(columns: readonly Column[]): string {
  let hash = 0;
  for (const { name, data, sampleElements } of columns) {
    let own = words([data.length, sampleElements, ...new TextEncoder().encode(name)], 0x811c9dc5);
    own = bytesHash(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), own);
    hash = (hash + own) | 0;
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Four bytes at a time where they are aligned, since data may be large. */
function bytesHash(bytes: Uint8Array, hash: number): number {
  if (bytes.byteOffset % 4 !== 0) return bytesHash(bytes.slice(), hash);
  const whole = Math.floor(bytes.length / 4);
  return words(bytes.subarray(4 * whole), words(new Uint32Array(bytes.buffer, bytes.byteOffset, whole), hash));
}

/** FNV-1a by words instead of bytes, with a rotation that brings high bits down. */
function words(values: ArrayLike<number>, hash: number): number {
  for (let i = 0; i < values.length; i++) {
    hash = Math.imul(hash ^ values[i], 0x01000193);
    hash = (hash << 13) | (hash >>> 19);
  }
  return hash;
}
