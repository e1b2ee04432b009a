/** The CRC-32 of zip archives: the remainder by the polynomial of IEEE 802.3, bits reversed. */

/** What each byte does to a checksum; in the k-th table, what it does k bytes later. */
const remainders = tables(8);

function tables(count: number): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
  const all = [first];
  while (all.length < count) all.push(all[all.length - 1].map(rest => (rest >>> 8) ^ first[rest & 0xff]));
  return all;
}

/** The CRC-32 of bytes. Eight are taken at a time, since files of weights have hundreds of millions. */
export function checksumOf(bytes: Uint8Array): number {
  const [a, b, c, d, e, f, g, h] = remainders;
  let sum = -1;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    const low = sum ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    const lowRest = h[low & 0xff] ^ g[(low >>> 8) & 0xff] ^ f[(low >>> 16) & 0xff] ^ e[low >>> 24];
    sum = lowRest ^ d[bytes[at + 4]] ^ c[bytes[at + 5]] ^ b[bytes[at + 6]] ^ a[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ a[(sum ^ bytes[at]) & 0xff];
  return ~sum >>> 0;
}
