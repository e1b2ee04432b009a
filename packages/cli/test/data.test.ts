/** What `--data` takes: archives, tables, folders of pictures, and several of a kind. */
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classesOf, fitted, readGiven } from '../src/data/given.ts';
import { processIo } from '../src/io.ts';
import { npy, type Place, place } from './command.ts';
import { grey } from './png.ts';

const io = processIo();

const files = {
  'a.csv': 'w,h,kind,count\n1,2,cat,3\n4,5,dog,6\n',
  'b.csv': 'w,h,kind,count\n7,8,bird,9\n',
  'x.npy': npy([1, 2], [10, 11]),
  'twos.csv': 'n,huge,kind\n0.5,1e39,a\n2,1,b\n1,1,c\n',
  'many.csv': `kind\n${Array.from({ length: 300 }, (_, i) => `k${i}`).join('\n')}\n`,
  'y.npy': npy([1, 3], [1, 2, 3]),
  'all.npz': readFileSync(new URL('../../formats/test/fixtures/two.npz', import.meta.url)),
  'photos/cat/2.png': grey(255),
  'photos/cat/1.png': grey(0, 5, 4),
  'photos/cat/notes.txt': 'none',
  'photos/dog/1.png': grey(51),
  'loose/1.png': grey(51),
  'none/.keep': '',
};

const targets = {
  x: { name: 'x', type: 'f32', shape: [1, 2] },
  label: { name: 'label', type: 'i32', shape: [1] },
  image: { name: 'image', type: 'f32', shape: [1, 1, 2, 2] },
  bytes: { name: 'bytes', type: 'u8', shape: [1, 2, 2, 3] },
  y: { name: 'y', type: 'f32', shape: [1, 3] },
  one: { name: 'one', type: 'f32', shape: [1] },
  flag: { name: 'flag', type: 'bool', shape: [1] },
  small: { name: 'small', type: 'u8', shape: [1] },
} as const;

/** What inputs of these names get, or the messages. */
async function dataOf(here: Place, data: { readonly [name: string]: readonly string[] }, classes?: readonly string[]) {
  const given = await readGiven({ ...io, folder: here.path }, { data });
  if (!given.ok) return given.diagnostics.map(({ message }) => message);
  const inputs = Object.keys(data).map(name => ({ ...targets[name as keyof typeof targets], address: 0, bytes: 0 }));
  const program = { kind: 'model', inputs, outputs: [], cycles: 0 } as unknown as Parameters<typeof fitted>[1];
  const known = classes ? new Map([['label', classes]]) : classesOf(given.value);
  const read = fitted('net', program, given.value, known);
  if (!read.ok) return read.diagnostics.map(({ message }) => message);
  return Object.fromEntries(
    Object.entries(read.value.data).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
  );
}

describe('data', () => {
  it('comes of several files, behind each other, with the classes of all', async () => {
    const both = ['a.csv:w,h', 'b.csv:w..h', 'x.npy'];
    expect(await dataOf(place(files), { x: both, label: ['a.csv:kind', 'b.csv:kind'] })).toEqual({
      x: { shape: [4, 2], data: [1, 2, 4, 5, 7, 8, 10, 11] },
      label: { shape: [3], data: [1, 2, 0] },
    });
  });

  it('is an array of an archive, or numbers of a column', async () => {
    expect(await dataOf(place(files), { y: ['all.npz:x'], label: ['a.csv:count'] })).toEqual({
      y: { shape: [4, 3], data: Array.from({ length: 12 }, (_, i) => i) },
      label: { shape: [2], data: [3, 6] },
    });
  });

  it('is a folder of pictures, with a folder for each class', async () => {
    expect(await dataOf(place(files), { image: ['photos/'], label: ['photos'], bytes: ['photos'] })).toEqual({
      image: { shape: [3, 1, 2, 2], data: [0, 0, 0, 0, 1, 1, 1, 1, 0.2, 0.2, 0.2, 0.2].map(Math.fround) },
      label: { shape: [3], data: [0, 0, 1] },
      bytes: { shape: [3, 2, 2, 3], data: [0, 255, 51].flatMap(level => new Array<number>(12).fill(level)) },
    });
    const known = ['bird', 'cat', 'dog'];
    expect(await dataOf(place(files), { label: ['photos'] }, known)).toEqual({
      label: { shape: [3], data: [1, 1, 2] },
    });
  });

  it('says what of a folder is left out, and follows links', async () => {
    const here = place(files);
    for (const name of ['photos/1.png', 'photos/dog/more/1.png', 'elsewhere/1.png']) here.write(name, grey(0));
    symlinkSync('../elsewhere', join(here.path, 'photos/bird'));
    const given = await readGiven({ ...io, folder: here.path }, { data: { label: ['photos'] } });
    expect(given.ok && [...classesOf(given.value)]).toEqual([['label', ['bird', 'cat', 'dog']]]);
    const left =
      '1 file neither .png nor .jpg, 1 picture beside the folders of the classes, 1 folder inside of those of the classes';
    expect(given.diagnostics).toMatchObject([{ severity: 'warning', message: `left out of photos: ${left}` }]);
  });

  it.each<[data: { readonly [name: string]: readonly string[] }, message: string, classes?: readonly string[]]>([
    [{ x: ['a.csv'] }, 'x takes 2 numbers for each sample, and a.csv gives 4'],
    [{ x: ['a.csv:kind,w'] }, 'a.csv: row 2 has “cat” in column kind, which is no number'],
    [{ x: ['x.npy', 'y.npy'] }, 'x.npy has samples of [2], and y.npy has samples of [3]'],
    [{ label: ['x.npy'] }, 'the data for label is f32, not i32'],
    [{ label: ['photos'] }, 'photos has the class cat, which the training does not have', ['dog']],
    [{ label: ['loose'] }, 'loose has no folders for the classes of label'],
    [{ image: ['none'] }, 'there are no pictures in none, PNG or JPEG'],
    [{ x: ['photos'] }, 'x is f32[1, 2], which cannot be pictures'],
    [{ label: ['a.csv:wide'] }, 'a.csv has no column wide'],
    [{ one: ['twos.csv:huge'] }, 'twos.csv, for one, holds 1e+39 (element 0), which is beyond the largest f32'],
    [{ label: ['twos.csv:n'] }, 'twos.csv, for label, holds 0.5 (element 0), which is no i32'],
    [{ flag: ['twos.csv:n'] }, 'twos.csv, for flag, holds 0.5 (element 0), which is no bool'],
    [{ flag: ['twos.csv:kind'] }, 'twos.csv has 3 classes, and flag is bool, which has no number for all of them'],
    [{ small: ['many.csv:kind'] }, 'many.csv has 300 classes, and small is u8'],
  ])('refuses %j', async (data, message, classes) => {
    expect(await dataOf(place(files), data, classes)).toEqual([expect.stringContaining(message)]);
  });
});
