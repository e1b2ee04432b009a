/** From the bytes of a canvas to an input: against numbers worked out by hand. */
import type { ManifestElement } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../src/index.ts';
import { type PixelOptions, pixels } from '../src/pixels/index.ts';

/** Three pixels in a row: red, a half transparent green, grey. */
const row: Picture = {
  width: 3,
  height: 1,
  data: Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 128, 51, 51, 51, 255),
};
const f32 = (...shape: number[]) => ({ type: 'f32' as const, shape });

describe('channels', () => {
  it.each<[string, readonly number[], PixelOptions, readonly number[]]>([
    ['first', [1, 3, 1, 3], {}, [1, 0, 0.2, 0, 1, 0.2, 0, 0, 0.2]],
    ['first, without an axis for pictures', [3, 1, 3], { layout: 'channels-first' }, [1, 0, 0.2, 0, 1, 0.2, 0, 0, 0.2]],
    ['last', [1, 1, 3, 3], {}, [1, 0, 0, 0, 1, 0, 0.2, 0.2, 0.2]],
    ['last, in one axis', [1, 9], { layout: 'channels-last' }, [1, 0, 0, 0, 1, 0, 0.2, 0.2, 0.2]],
    ['with how opaque', [1, 4, 1, 3], {}, [1, 0, 0.2, 0, 1, 0.2, 0, 0, 0.2, 1, 128 / 255, 1]],
    ['one: luminance', [1, 1, 1, 3], {}, [0.299, 0.587, 0.2]],
    ['one, in one axis', [1, 3], {}, [0.299, 0.587, 0.2]],
    ['one, in the last axis', [1, 3, 1], {}, [0.299, 0.587, 0.2]],
    ['scaled', [1, 1, 1, 3], { scale: 255 }, [76.245, 149.685, 51]],
    [
      'normalised',
      [1, 3, 1, 3],
      { mean: [0.5, 0.25, 0], deviation: [0.5, 0.25, 2] },
      [1, -1, -0.6, -1, 3, -0.2, 0, 0, 0.1],
    ],
    ['normalised alike', [1, 3], { mean: 0.5, deviation: 0.5 }, [-0.402, 0.174, -0.6]],
  ])('%s', (_, shape, options, expected) => {
    const elements = pixels(row, f32(...shape), options);
    expect(elements).toBeInstanceOf(Float32Array);
    expect([...elements].map(value => Number(value.toFixed(5)))).toEqual(
      expected.map(value => Number(value.toFixed(5))),
    );
  });
});

it('bytes stay bytes', () => {
  expect(pixels(row, { type: 'u8', shape: [1, 3, 1, 3] })).toEqual(Uint8Array.of(255, 0, 51, 0, 255, 51, 0, 0, 51));
  expect(pixels(row, { type: 'u8', shape: [3] })).toEqual(Uint8Array.of(76, 150, 51));
});

it('several pictures follow each other', () => {
  const dark: Picture = { ...row, data: new Uint8ClampedArray(12) };
  expect([...pixels([dark, row], f32(2, 3))].map(value => value.toFixed(1))).toEqual([
    '0.0',
    '0.0',
    '0.0',
    '0.3',
    '0.6',
    '0.2',
  ]);
});

describe('refuses', () => {
  const square: Picture = { width: 3, height: 3, data: new Uint8ClampedArray(36) };
  it.each<[Picture | readonly Picture[], ManifestElement, readonly number[], PixelOptions, string]>([
    [row, 'f32', [1, 3, 224, 224], {}, 'a picture of 3 × 1 pixels cannot be an input of [1, 3, 224, 224]'],
    [row, 'f32', [3, 1], {}, 'a picture of 3 × 1 pixels cannot be an input of [3, 1]'],
    [[row], 'f32', [2, 3], {}, 'a picture of 3 × 1 pixels cannot be an input of [2, 3]'],
    [[], 'f32', [1, 3], {}, '0 pictures of  pixels cannot be an input of [1, 3]'],
    [[row, square], 'f32', [2, 3], {}, '2 pictures of 3 × 1, 3 × 3 pixels cannot be an input of [2, 3]'],
    [row, 'f32', [1, 9], {}, 'an input of [1, 9] does not say where its channels are'],
    [row, 'f32', [1, 3, 1, 3], { layout: 'channels-last' }, 'an input of [1, 3, 1, 3] has its channels first'],
    [row, 'i32', [1, 3], {}, 'pixels become floats or u8, and not i32'],
    [row, 'u8', [1, 3], { mean: 0.5 }, 'pixels are u8 themselves, and take no mean'],
  ])('%#', (pictures, type, shape, options, message) => {
    expect(() => pixels(pictures, { type, shape }, options)).toThrow(message);
  });
});
