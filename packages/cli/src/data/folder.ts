/** Samples in a folder of pictures: a folder in it for each class, as torchvision's `ImageFolder` has it, or the pictures themselves. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { decodePicture } from '@tessera-dnn/formats/pictures';
import { isFloat, valueArrays } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { readBytes, unreadable } from '../files/read.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { counted } from '../show/numbers.ts';
import { isPictureName } from './picture.ts';
import { elementsOf } from './pictures.ts';
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
    return succeeded(samples, leftOut(folder, others));
  } catch (error) {
    return unreadable(folder, resolve(io.folder, folder), error);
  }
}

const ways = 'put the pictures of each class into a folder of its own: photos/cat/1.jpg';

/** How many entries of a folder are no samples, by the reason. Those whose names begin with a dot are nobody's data, and not counted. */
interface Others {
  /** Files that are no pictures, and links to nothing. */
  readonly files: number;
  /** Pictures beside folders of classes, which have no class. */
  readonly loose: number;
  /** Folders in those of the classes. */
  readonly folders: number;
}

/** A warning that says what of the folder is no sample, if there is anything. */
function leftOut(folder: string, { files, loose, folders }: Others): readonly Diagnostic<Code>[] {
  const parts = [
    [files, `${counted(files, 'file')} neither .png nor .jpg`],
    [loose, `${counted(loose, 'picture')} beside the folders of the classes`],
    [folders, `${counted(folders, 'folder')} inside of those of the classes`],
  ] as const;
  const found = parts.flatMap(([count, text]) => (count > 0 ? [text] : []));
  if (found.length === 0) return [];
  return [{ code: 'bad-picture', severity: 'warning', message: `left out of ${folder}: ${found.join(', ')}` }];
}

function picturesIn(io: Io, folder: string): { readonly pictures: readonly Found[]; readonly others: Others } {
  const top = entriesIn(io, folder);
  const own = top.files.map((file): Found => ({ file }));
  const classes = top.folders.map(name => ({ name, ...entriesIn(io, join(folder, name)) }));
  const classified = classes.flatMap(({ name, files }) => files.map((file): Found => ({ file, class: name })));
  // Beside folders of classes, a picture has no class.
  const pictures = (classes.length > 0 ? classified : own).filter(isPicture);
  const loose = classes.length > 0 ? own.filter(isPicture).length : 0;
  const files = own.length + classified.length - pictures.length - loose;
  return { pictures, others: { files, loose, folders: classes.flatMap(({ folders }) => folders).length } };
}

function isPicture({ file }: Found): boolean {
  return isPictureName(file);
}

/** The files of a folder with its name in front, and the names of the folders in it. What a link leads to counts as if it were there. */
function entriesIn(io: Io, folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
  const path = resolve(io.folder, folder);
  const names = namesOf(readdirSync(path).filter(name => !name.startsWith('.')));
  const isFolder = (name: string) => statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folders = new Set(names.filter(isFolder));
  return { files: names.filter(name => !folders.has(name)).map(name => join(folder, name)), folders: [...folders] };
}

/** The pixels of all pictures, each brought to the size of the input: bytes as they are, floats from 0 to 1. */
function readPictures(io: Io, pictures: readonly Found[], input: Target): Outcome<ShapedData> {
  const sample = input.shape.slice(1);
  const count = sample.reduce((product, extent) => product * extent, 1);
  const data = new valueArrays[input.type](pictures.length * count);
  for (const [at, { file }] of pictures.entries()) {
    const bytes = readBytes(io, file);
    const picture = bytes.ok ? decodePicture(bytes.value, file) : bytes;
    const elements = picture.ok ? elementsOf(picture.value, input, sample) : picture;
    if (!elements.ok) return elements;
    data.set(elements.value, at * count);
  }
  return succeeded({ shape: [pictures.length, ...sample], data });
}
