/** Pictures as elements of inputs: read, brought to the size of the input, and each channel normalised. */
import { ChipError } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { decodePicture, fittedPicture, type PictureBytes } from '@tessera-dnn/formats/pictures';
import { type ElementValues, isFloat } from '@tessera-dnn/machine';
import { readBytes } from '../files/read.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import type { Picture } from './picture.ts';
import type { Target } from './samples.ts';

/** What is subtracted from the numbers from 0 to 1, and what they are divided by then: one number, or one for each channel. */
export interface Normalisation {
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** The picture in a file, PNG or JPEG. */
export function openPicture(io: Io, file: string, normalisation: Normalisation = {}): Outcome<Picture> {
  const bytes = readBytes(io, file);
  const picture = bytes.ok ? decodePicture(bytes.value, file) : bytes;
  if (!picture.ok) return picture;
  const { width, height } = picture.value;
  const read: Picture['read'] = input => {
    const { shape } = input;
    const sample = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
    const data = elementsOf(picture.value, input, sample, normalisation);
    return data.ok ? succeeded({ shape, data: data.value }) : data;
  };
  return succeeded({ width, height, read });
}

/** The elements of one picture for an input whose samples have the shape `sample`: bytes as they are, floats from 0 to 1 or as `normalisation` says. */
export function elementsOf(
  picture: PictureBytes,
  { name, type, shape }: Target,
  sample: readonly number[],
  { mean, std }: Normalisation = {},
): Outcome<ElementValues> {
  const size = sizeOf(sample);
  if (!size || (type !== 'u8' && !isFloat(type))) return noPictures(`${name} is ${type}[${shape.join(', ')}]`);
  const channels = sample.reduce((product, extent) => product * extent, 1) / (size.width * size.height);
  for (const [flag, numbers] of [
    ['--mean', mean],
    ['--std', std],
  ] as const) {
    if (numbers && numbers.length !== 1 && numbers.length !== channels) {
      return failed(
        'wrong-shape',
        `${flag} has ${numbers.length} numbers, and ${name} ${channels} channels`,
        'give one for each channel, or one for all',
      );
    }
  }
  try {
    const ofChannels = (numbers: readonly number[]) => (numbers.length === 1 ? numbers[0] : numbers);
    const options = { ...(mean && { mean: ofChannels(mean) }), ...(std && { deviation: ofChannels(std) }) };
    return succeeded(pixels(fittedPicture(picture, size.width, size.height), { type, shape: [1, ...sample] }, options));
  } catch (error) {
    if (error instanceof ChipError) return { ok: false, diagnostics: error.diagnostics };
    throw error;
  }
}

function noPictures(input: string): Outcome<never> {
  return failed(
    'wrong-shape',
    `${input}, which cannot be pictures`,
    'pictures are f32 or u8, [n, 3, height, width] or [n, height, width, 3]; one channel is grey',
  );
}

/** Where channels come first, width and height are last; undefined if this is no picture. */
function sizeOf(sample: readonly number[]): { readonly width: number; readonly height: number } | undefined {
  const isChannels = (extent: number | undefined) => extent === 1 || extent === 3 || extent === 4;
  if (sample.length === 2) return { height: sample[0], width: sample[1] };
  if (sample.length !== 3) return undefined;
  if (isChannels(sample[0])) return { height: sample[1], width: sample[2] };
  return isChannels(sample[2]) ? { height: sample[0], width: sample[1] } : undefined;
}
