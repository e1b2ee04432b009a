/**
 * From the pixels of a canvas to an input. A canvas has `[height, width, 4]` bytes: red, green, blue and how opaque, not multiplied by that.
 * Networks mostly want floats, with the channels first and every channel normalised.
 */
import type { ManifestElement } from '@tessera-dnn/machine';
import { isFloat } from '@tessera-dnn/machine';
import { ChipError } from '../chip-error.ts';
import { failed } from '../outcome.ts';
import { elementsOf, type Picture } from '../tensor-data.ts';
import { type Layout, layoutOf } from './layout.ts';

/** How bytes become elements. */
export interface PixelOptions {
  /** What 255 is, before mean and deviation (default 1); those of `u8` stay as they are. */
  readonly scale?: number;
  /** Subtracted, of each channel or of all (default 0). */
  readonly mean?: number | readonly number[];
  /** Divided by, of each channel or of all (default 1). */
  readonly deviation?: number | readonly number[];
  /** Where channels are, if the input's shape does not say it. */
  readonly layout?: Layout['order'];
}

/** The array for an input of this type; there is none for integers other than u8. */
export type PixelArray<Type extends ManifestElement> = Type extends 'u8' | 'i8' | 'i32' | 'bool'
  ? Uint8Array
  : Float32Array;

/**
 * One picture, or as many as the input has in its first axis, as the elements of `input`, which is one of `chip.programs.NAME.inputs` or another
 * type and shape: `[n, c, h, w]`, `[n, h, w, c]`, or without n, or without c where there is one channel, or all of these in one axis. Elements
 * are `(byte / 255 · scale - mean) / deviation`. One channel is the luminance of ITU-R BT.601 (as in PIL's mode `L`), three are red, green and
 * blue, the fourth is how opaque. Throws a {@link ChipError}: `wrong-shape` where pictures have another size, `wrong-type` for inputs that are neither
 * floats nor `u8`. Pictures of another size are drawn onto a canvas of the right one first.
 */
export function pixels<Type extends ManifestElement>(
  pictures: Picture | readonly Picture[],
  { type, shape }: { readonly type: Type; readonly shape: readonly number[] },
  options: PixelOptions = {},
): PixelArray<Type> {
  const { scale = 1, mean = 0, deviation = 1 } = options;
  const list: readonly Picture[] = 'data' in pictures ? [pictures] : pictures;
  const layout = layoutOf(list, shape, options.layout);
  const isBytes = type === 'u8';
  if (!isBytes && !isFloat(type)) throw wrongType(`pixels become floats or u8, and not ${type}`);
  const given = Object.keys(options).filter(name => name !== 'layout');
  if (isBytes && given.length > 0) throw wrongType(`pixels are u8 themselves, and take no ${given.join(' and ')}`);
  const elements = new (isBytes ? Uint8Array : Float32Array)(elementsOf(shape));
  const { channels, order, size } = layout;
  const [channelStep, pixelStep] = order === 'channels-last' ? [1, channels] : [size, 1];
  for (let channel = 0; channel < channels; channel++) {
    const [less, divisor] = [mean, deviation].map(of => (typeof of === 'number' ? of : of[channel]));
    const byteOf = channels === 1 ? luminance : (data: Uint8ClampedArray, at: number) => data[at + channel];
    list.forEach(({ data }, n) => {
      const first = n * channels * size + channel * channelStep;
      for (let i = 0; i < size; i++) {
        const value = byteOf(data, 4 * i);
        elements[first + i * pixelStep] = isBytes ? Math.round(value) : ((value / 255) * scale - less) / divisor;
      }
    });
  }
  // Floats, unless it was u8.
  return elements as PixelArray<Type>;
}

function luminance(data: Uint8ClampedArray, at: number): number {
  return 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
}

function wrongType(message: string): ChipError {
  return new ChipError(failed('wrong-type', message).diagnostics);
}
