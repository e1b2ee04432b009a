/**
 * The directory of a zip archive (APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.5.3). It is read here because what others read of it lacks the checksums, and
 * copies what an archive stores uncompressed. Numbers beyond 32 bits are read; archives in several parts and encrypted ones are not.
 */

/** What an archive says of one of its files. Nothing of it has been compared with the content. */
export interface ZipEntry {
  readonly name: string;
  readonly compression: number;
  /** How many bytes it takes in the archive. */
  readonly size: number;
  readonly originalSize: number;
  /** The CRC-32 of what it holds; undefined if whoever wrote the archive is known to have left it out. */
  readonly checksum: number | undefined;
  /** Where its own header begins, in front of its content. */
  readonly at: number;
}

const [fileHeader, end, end64, end64Locator] = [0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [endBytes, locatorBytes, headerBytes] = [22, 20, 46];
const all32 = 0xffffffff;

/** The entries in the order of the directory; undefined if the archive has none that is sound. */
export function zipEntries(bytes: Uint8Array): readonly ZipEntry[] | undefined {
  try {
    return directoryOf(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    // Something points beyond the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function directoryOf(bytes: Uint8Array, view: DataView): readonly ZipEntry[] | undefined {
  let { count, at } = placeOf(view);
  const entries: ZipEntry[] = [];
  for (; count > 0; count--) {
    if (view.getUint32(at, true) !== fileHeader) return undefined;
    entries.push(entryOf(bytes, view, at));
    // The name, an extra field and a comment stand behind each header.
    at += headerBytes + [28, 30, 32].reduce((sum, length) => sum + view.getUint16(at + length, true), 0);
  }
  return entries;
}

function entryOf(bytes: Uint8Array, view: DataView, at: number): ZipEntry {
  const [nameBytes, extraBytes] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
  const extra = at + headerBytes + nameBytes;
  const wide = wideNumbers(view, extra, extra + extraBytes);
  // A number that does not fit is all ones, and stands among the wide ones, in this order.
  const [originalSize, size, place] = [24, 20, 42].map(field => {
    const number = view.getUint32(at + field, true);
    return number === all32 ? (wide.shift() ?? number) : number;
  });
  const isUtf8 = (view.getUint16(at + 8, true) & 0x800) !== 0;
  const name = new TextDecoder(isUtf8 ? 'utf-8' : 'latin1').decode(bytes.subarray(at + headerBytes, extra));
  const [compression, checksum] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
  return { name, compression, size, originalSize, checksum, at: place };
}

/** The numbers of 64 bits in the extra field `[at, end)`. */
function wideNumbers(view: DataView, at: number, end: number): number[] {
  const numbers: number[] = [];
  for (let field = at; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    const last = field + 4 + view.getUint16(field + 2, true);
    for (let number = field + 4; number + 8 <= last; number += 8) numbers.push(wideNumber(view, number));
  }
  return numbers;
}

/** Beyond 2^53 it is not exact, and beyond any file. */
function wideNumber(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** How many entries the directory has, and where it begins. The record that says so is the last thing but a comment of any length. */
function placeOf(view: DataView): { readonly count: number; readonly at: number } {
  let last = view.byteLength - endBytes;
  while (view.getUint32(last, true) !== end) last--;
  const locator = last - locatorBytes;
  if (locator >= 0 && view.getUint32(locator, true) === end64Locator) {
    const record = wideNumber(view, locator + 8);
    if (view.getUint32(record, true) === end64) {
      return { count: wideNumber(view, record + 32), at: wideNumber(view, record + 48) };
    }
  }
  return { count: view.getUint16(last + 8, true), at: view.getUint32(last + 16, true) };
}
