/** Pictures made by hand. */
import { crc32, deflateSync } from 'node:zlib';

/** A PNG of one level of grey. */
export function grey(level: number, width = 2, height = 2): Uint8Array {
  return png(0, [level], width, height);
}

/** A PNG of one colour. */
export function coloured(
  colour: readonly [red: number, green: number, blue: number],
  width = 2,
  height = 2,
): Uint8Array {
  return png(2, colour, width, height);
}

function png(kind: number, pixel: readonly number[], width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([words(data.length), body, words(crc32(body))]);
  };
  const row = Buffer.from([0, ...Array.from({ length: width }, () => pixel).flat()]);
  const rows = Buffer.concat(new Array(height).fill(row));
  const head = Buffer.concat([words(width), words(height), Buffer.of(8, kind, 0, 0, 0)]);
  const magic = Buffer.from('iVBORw0KGgo=', 'base64');
  return Buffer.concat([magic, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.of())]);
}

function words(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
