/**
 * The checksums that a zip archive has of its entries (APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16). What unpacks archives here neither checks them nor
 * tells them, so they are read from the directory at the end.
 */

const [fileHeader, end, end64, end64Locator] = [0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [endBytes, locatorBytes, headerBytes] = [22, 20, 46];

/** The CRC-32 of each entry's content in the order of the directory; undefined if the archive has none that is sound. */
export function checksumsOf(bytes: Uint8Array): readonly number[] | undefined {
  try {
    return directoryOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    // Something points beyond the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function directoryOf(view: DataView): readonly number[] | undefined {
  let { count, at } = placeOf(view);
  const checksums: number[] = [];
  for (; count > 0; count--) {
    if (view.getUint32(at, true) !== fileHeader) return undefined;
    checksums.push(view.getUint32(at + 16, true));
    // The name, an extra field and a comment stand behind each header.
    at += headerBytes + [28, 30, 32].reduce((sum, length) => sum + view.getUint16(at + length, true), 0);
  }
  return checksums;
}

/** How many entries the directory has, and where it begins. The record that says so is the last thing but a comment of any length. */
function placeOf(view: DataView): { readonly count: number; readonly at: number } {
  let last = view.byteLength - endBytes;
  while (view.getUint32(last, true) !== end) last--;
  const locator = last - locatorBytes;
  if (locator >= 0 && view.getUint32(locator, true) === end64Locator) {
    const record = view.getUint32(locator + 8, true);
    // An archive of more than 4 GB does not fit the memory that it would be read into, so the lower halves are enough.
    if (view.getUint32(record, true) === end64) {
      return { count: view.getUint32(record + 32, true), at: view.getUint32(record + 48, true) };
    }
  }
  return { count: view.getUint16(last + 8, true), at: view.getUint32(last + 16, true) };
}

/** What each byte does to a checksum: the remainders of the polynomial of IEEE 802.3, bits reversed. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of bytes, as zip has it. */
export function checksumOf(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ remainders[(sum ^ byte) & 0xff];
  return ~sum >>> 0;
}
