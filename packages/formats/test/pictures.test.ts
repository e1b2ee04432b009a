import { decodePicture, fittedPicture } from '@tessera-dnn/formats/pictures';
import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, expect, it } from 'vitest';

const pixels = (bytes: Uint8Array) => {
  const picture = decodePicture(bytes, 'a.png');
  return picture.ok ? [...picture.value.data] : picture.diagnostics[0].message;
};
const base64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
/** Made by hand, with zlib of Python: palettes of two bits (red, green, blue) and grey of one. */
const palette = base64(
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAgMAAADgGo6JAAAACVBMVEX/AAAA/wAAAP8tSs2KAAAADElEQVR4nGOQYJgAAADcAKls58AjAAAAAElFTkSuQmCC',
);
const bits = base64('iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR4nGNYwOAAAAIkAOFz6zvyAAAAAElFTkSuQmCC');

describe('pictures', () => {
  it('are red, green, blue and how opaque, whatever the file has', () => {
    const [r, g, b] = [
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
    ];
    expect(pixels(palette)).toEqual([r, g, b, b, g, r].flat());
    const [black, white] = [
      [0, 0, 0, 255],
      [255, 255, 255, 255],
    ];
    expect(pixels(bits)).toEqual([white, black, white, black, white, black].flat());
    const of = (channels: number, data: Uint8Array | Uint16Array, depth: 8 | 16 = 8) =>
      encodePng({ width: 1, height: 1, channels, data, depth });
    expect(pixels(of(3, Uint8Array.of(1, 2, 3)))).toEqual([1, 2, 3, 255]);
    expect(pixels(of(4, Uint8Array.of(1, 2, 3, 4)))).toEqual([1, 2, 3, 4]);
    expect(pixels(of(2, Uint8Array.of(9, 7)))).toEqual([9, 9, 9, 7]);
    expect(pixels(of(1, Uint16Array.of(0x1280), 16))).toEqual([0x12, 0x12, 0x12, 255]);
  });

  it('come from JPEG nearly as they were', () => {
    const data = Uint8Array.from({ length: 8 * 8 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 20 * (i % 4) + 100));
    const found = pixels(new Uint8Array(encodeJpeg({ width: 8, height: 8, data }, 95).data));
    for (let i = 0; i < data.length; i++) expect(Math.abs(Number(found[i]) - data[i])).toBeLessThan(4);
  });

  it('that are damaged are refused, and nothing is thrown', () => {
    for (let at = 8; at < bits.length; at++) {
      const changed = Uint8Array.from(bits, (byte, i) => (i === at ? byte ^ 0xff : byte));
      expect(typeof pixels(changed) === 'string' || pixels(changed).length > 0).toBe(true);
      expect(pixels(bits.subarray(0, at))).toContain('a.png is ');
    }
    expect(pixels(Uint8Array.of(1, 2, 3))).toBe('a.png is neither PNG nor JPEG');
    const large = Uint8Array.from(bits);
    new DataView(large.buffer).setUint32(16, 100_000);
    new DataView(large.buffer).setUint32(20, 100_000);
    expect(pixels(large)).toBe('a.png has 100000 × 100000 pixels, more than 100 million');
  });

  it('get another size as in PyTorch: interpolate with bilinear and antialias', () => {
    const grey = (i: number) => (Math.floor(i / 4) * 37) % 256;
    const data = Uint8ClampedArray.from({ length: 4 * 24 }, (_, i) => grey(i));
    const fitted = (width: number, height: number) => {
      const { data: found } = fittedPicture({ width: 6, height: 4, data }, width, height);
      return [...found].filter((_, i) => i % 4 === 0);
    };
    const smaller = [
      80.51020812988281, 72.78571319580078, 134.2857208251953, 168.1428680419922, 83.35714721679688, 80.85714721679688,
    ];
    expect(fitted(3, 2)).toEqual(smaller.map(Math.round));
    const larger = [0, 9.25, 27.75, 46.25, 64.75, 83.25, 101.75, 120.25, 138.75, 157.25, 175.75, 185];
    expect(fitted(12, 8).slice(0, 12)).toEqual(larger.map(Math.round));
    // Of a wide picture the middle is taken.
    expect(fitted(4, 4)).toEqual([37, 74, 111, 148, 3, 40, 77, 114, 225, 6, 43, 80, 191, 228, 9, 46]);
  });
});
