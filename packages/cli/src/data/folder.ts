/** Samples in a folder of pictures: a folder in it for each class, as torchvision's `ImageFolder` has it, or the pictures themselves. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ChipError } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { decodePicture, fittedPicture } from '@tessera-dnn/formats/pictures';
import { isFloat, valueArrays } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { readBytes, unreadable } from '../files/read.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { namesOf, type Samples, type ShapedData, type Target } from './samples.ts';
import { readClasses } from './table.ts';

interface Found {
  readonly file: string;
  /** The name of the folder that it is in; absent where pictures are not in folders. */
  readonly class?: string;
}

/** The pictures of a folder, in the order of their names. An input with one number for each sample gets classes, any other the pixels. */
export function openFolder(io: Io, folder: string): Outcome<Samples> {
  try {
    const { pictures, others } = picturesIn(io, folder);
    if (pictures.length === 0) return failed('no-such-file', `there are no pictures in ${folder}, PNG or JPEG`, ways);
    const classes = pictures.flatMap(({ class: name }) => (name === undefined ? [] : [name]));
    const samples: Samples = {
      name: folder,
      count: pictures.length,
      extents: rank => new Array<number>(Math.max(0, rank - 1)).fill(0),
      classes: namesOf(classes),
      read: (input, known) => {
        const isClass = input.shape.length === 1 && !isFloat(input.type);
        if (!isClass) return readPictures(io, pictures, input);
        if (classes.length === 0)
          return failed('no-such-file', `${folder} has no folders for the classes of ${input.name}`, ways);
        return readClasses(folder, classes, input, known);
      },
    };
    return succeeded(samples, others > 0 ? [leftOut(folder, others)] : []);
  } catch (error) {
    return unreadable(folder, resolve(io.folder, folder), error);
  }
}

const ways = 'put the pictures of each class into a folder of its own: photos/cat/1.jpg';

function leftOut(folder: string, others: number): Diagnostic<Code> {
  const message = `${others} of the files in ${folder} are neither .png nor .jpg, and are left out`;
  return { code: 'bad-picture', severity: 'warning', message };
}

function picturesIn(io: Io, folder: string): { readonly pictures: readonly Found[]; readonly others: number } {
  const entries = readdirSync(resolve(io.folder, folder), { withFileTypes: true }).filter(
    ({ name }) => !name.startsWith('.'),
  );
  const folders = namesOf(entries.filter(entry => entry.isDirectory()).map(({ name }) => name));
  const files = folders.flatMap(name => filesIn(io, join(folder, name)).map(file => ({ file, class: name })));
  const own = entries.filter(entry => !entry.isDirectory()).map(({ name }): Found => ({ file: join(folder, name) }));
  // Beside folders of classes, a picture has no class.
  const all: readonly Found[] = folders.length > 0 ? files : own.sort((a, b) => (a.file < b.file ? -1 : 1));
  const pictures = all.filter(({ file }) => /\.(png|jpe?g)$/i.test(file));
  return { pictures, others: all.length - pictures.length };
}

function filesIn(io: Io, folder: string): readonly string[] {
  const entries = readdirSync(resolve(io.folder, folder), { withFileTypes: true });
  const files = entries.filter(entry => !entry.isDirectory() && !entry.name.startsWith('.'));
  return namesOf(files.map(({ name }) => join(folder, name)));
}

/** The pixels of all pictures, each brought to the size of the input: bytes as they are, floats from 0 to 1. */
function readPictures(io: Io, pictures: readonly Found[], input: Target): Outcome<ShapedData> {
  const sample = input.shape.slice(1);
  const size = sizeOf(sample);
  if (!size || (input.type !== 'u8' && !isFloat(input.type))) {
    const message = `${input.name} is ${input.type}[${input.shape.join(', ')}], which cannot be pictures`;
    return failed(
      'wrong-shape',
      message,
      'pictures are f32 or u8, [n, 3, height, width] or [n, height, width, 3]; one channel is grey',
    );
  }
  const elements = sample.reduce((product, extent) => product * extent, 1);
  const data = new valueArrays[input.type](pictures.length * elements);
  for (const [at, { file }] of pictures.entries()) {
    const bytes = readBytes(io, file);
    const picture = bytes.ok ? decodePicture(bytes.value, file) : bytes;
    if (!picture.ok) return picture;
    const fitted = fittedPicture(picture.value, size.width, size.height);
    try {
      data.set(pixels(fitted, { type: input.type, shape: [1, ...sample] }), at * elements);
    } catch (error) {
      if (error instanceof ChipError) return { ok: false, diagnostics: error.diagnostics };
      throw error;
    }
  }
  return succeeded({ shape: [pictures.length, ...sample], data });
}

/** Where channels come first, width and height are last; undefined if this is no picture. */
function sizeOf(sample: readonly number[]): { readonly width: number; readonly height: number } | undefined {
  const isChannels = (extent: number | undefined) => extent === 1 || extent === 3 || extent === 4;
  if (sample.length === 2) return { height: sample[0], width: sample[1] };
  if (sample.length !== 3) return undefined;
  if (isChannels(sample[0])) return { height: sample[1], width: sample[2] };
  return isChannels(sample[2]) ? { height: sample[0], width: sample[1] } : undefined;
}
