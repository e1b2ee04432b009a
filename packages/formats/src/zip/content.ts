/** What a zip archive holds, one file at a time: unpacked within the length that it says, and checked against its checksum. */
import { inflateSync } from 'fflate';
import { checksumOf } from './checksum.ts';
import type { ZipEntry } from './directory.ts';

/** The ways of storing an entry that are known here. */
export const [stored, deflated] = [0, 8];

const localHeader = 0x04034b50;
const localHeaderBytes = 30;
/** No deflated data grows by more than this (https://www.zlib.net/zlib_tech.html). */
const mostGrowth = 1032;

/** The bytes of an entry, shared with the archive's where it is not compressed; or what is wrong with it, as the end of a sentence. */
export function zipContent(bytes: Uint8Array, entry: ZipEntry): Uint8Array | string {
  const { compression, size, originalSize, checksum } = entry;
  if (compression !== stored && compression !== deflated) return `is compressed by another method (${compression})`;
  const most = compression === stored ? size : size * mostGrowth;
  if (size > bytes.length || originalSize > most) return `says it has ${originalSize} bytes, which ${size} cannot hold`;
  const packed = packedBytes(bytes, entry);
  const content = packed && (compression === stored ? packed : unpacked(packed, originalSize));
  const isSound = content?.length === originalSize && (checksum === undefined || checksumOf(content) === checksum);
  return isSound ? content : 'is damaged';
}

function packedBytes(bytes: Uint8Array, { at, size }: ZipEntry): Uint8Array | undefined {
  if (at + localHeaderBytes > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, localHeaderBytes);
  if (view.getUint32(0, true) !== localHeader) return undefined;
  // Its name and extra field may be longer than those in the directory.
  const begin = at + localHeaderBytes + view.getUint16(26, true) + view.getUint16(28, true);
  return begin + size <= bytes.length ? bytes.subarray(begin, begin + size) : undefined;
}

function unpacked(packed: Uint8Array, originalSize: number): Uint8Array | undefined {
  try {
    return inflateSync(packed, { out: new Uint8Array(originalSize) });
  } catch {
    return undefined;
  }
}
