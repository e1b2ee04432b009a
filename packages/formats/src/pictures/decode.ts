/** Decodes pictures, PNG and JPEG, to bytes of red, green, blue and how opaque: what a canvas has. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { convertIndexedToRgb, type DecodedPng, decode as decodePng } from 'fast-png';
import { decode as decodeJpeg } from 'jpeg-js';
import type { Code } from '../explain/catalogue.ts';

/** Pixels row by row, four bytes each. */
export interface PictureBytes {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** The largest picture that is decoded, in millions of pixels: a file of a few bytes may say that it has any number of them. */
const mostMegapixels = 100;

/**
 * The pixels of a file: what its first bytes say that it is. 16 bits become 8, shades of grey three equal numbers. Profiles and orientations that cameras
 * write are not followed, as PyTorch's data sets do not. `bad-picture` for everything else, and for more than 100 million pixels.
 */
export function decodePicture(bytes: Uint8Array, name = 'picture'): Outcome<PictureBytes> {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return found(jpeg(bytes));
    if (bytes[0] !== 0x89 || bytes[1] !== 0x50) return bad(`${name} is neither PNG nor JPEG`);
    const [width, height] = sizeOfPng(bytes);
    if (width * height > mostMegapixels * 1e6)
      return bad(`${name} has ${width} × ${height} pixels, more than 100 million`);
    return found(rgba(decodePng(bytes, { checkCrc: true })));
  } catch (error) {
    return bad(`${name} is damaged: ${error instanceof Error ? error.message : error}`);
  }
}

function found(value: PictureBytes): Outcome<PictureBytes> {
  return { ok: true, value, diagnostics: [] };
}

function bad(message: string): Outcome<never> {
  const code: Code = 'bad-picture';
  return { ok: false, diagnostics: [{ code, severity: 'error', message }] };
}

function jpeg(bytes: Uint8Array): PictureBytes {
  const limits = { maxResolutionInMP: mostMegapixels, maxMemoryUsageInMB: 2048, tolerantDecoding: false };
  const { width, height, data } = decodeJpeg(bytes, { useTArray: true, formatAsRGBA: true, ...limits });
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** The first chunk of a PNG has the size, at a fixed place. */
function sizeOfPng(bytes: Uint8Array): readonly [width: number, height: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}

function rgba(png: DecodedPng): PictureBytes {
  const { width, height } = png;
  const { data, channels } = samplesOf(png);
  const pixels = new Uint8ClampedArray(4 * width * height);
  const isGrey = channels < 3;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = data[i * channels + (isGrey ? 0 : c)];
    pixels[4 * i + 3] = channels % 2 === 0 ? data[i * channels + channels - 1] : 255;
  }
  return { width, height, data: pixels };
}

/** A byte for each channel of each pixel. */
function samplesOf(png: DecodedPng): { readonly data: ArrayLike<number>; readonly channels: number } {
  const { palette, depth, channels, data } = png;
  if (palette) return { data: convertIndexedToRgb(png), channels: palette[0].length };
  if (depth === 16) return { data: Uint8Array.from(data, value => value >> 8), channels };
  return { data: depth === 8 ? data : unpacked(png), channels };
}

/** Shades of grey of 1, 2 or 4 bits, of which several share a byte; every row begins with a byte of its own. */
function unpacked({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const largest = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)];
    return (255 / largest) * ((byte >> (8 - depth - (bit & 7))) & largest);
  });
}
