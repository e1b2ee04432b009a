/**
 * The samples of one input, as files hold them. What an array is like is known when it is read; a picture or a row of a table becomes elements only
 * when one knows the input that it is for, so that files are read before a program is compiled, and converted after it.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Conversion } from '@tessera-dnn/formats';
import type { ElementValues, ManifestTensor } from '@tessera-dnn/machine';
import { failed, succeeded } from '../session.ts';

/** Elements with their shape, `[samples, …]`. */
export interface ShapedData {
  readonly shape: readonly number[];
  readonly data: ElementValues;
}

/** The input that samples are for, and how arrays become its type. */
export interface Target extends Pick<ManifestTensor, 'name' | 'type' | 'shape'> {
  readonly conversion?: Conversion;
}

export interface Samples {
  /** The file as messages call it. */
  readonly name: string;
  readonly count: number;
  /** The extents of one sample in an input of `rank` axes, that of the samples included; 0 where the program decides. */
  readonly extents: (rank: number) => readonly number[];
  /** The names of classes in order, where files name them: those of folders, and texts in a table. Empty elsewhere. */
  readonly classes: readonly string[];
  /** All samples as elements of `input`. A class is its number in `classes`, which has at least the own ones. */
  readonly read: (input: Target, classes: readonly string[]) => Outcome<ShapedData>;
}

/** The samples of several files, one behind the other. */
export function joined(parts: readonly Samples[]): Samples {
  if (parts.length === 1) return parts[0];
  return {
    name: parts[0].name,
    count: parts.reduce((sum, { count }) => sum + count, 0),
    extents: parts[0].extents,
    classes: namesOf(parts.flatMap(({ classes }) => classes)),
    read: (input, classes) => {
      const pieces = parts.map(part => part.read(input, classes));
      const diagnostics = pieces.flatMap(piece => piece.diagnostics);
      const read = pieces.flatMap(piece => (piece.ok ? [piece.value] : []));
      if (read.length < parts.length) return { ok: false, diagnostics };
      const odd = read.findIndex(({ shape }) => String(shape.slice(1)) !== String(read[0].shape.slice(1)));
      if (odd === -1) return succeeded(joinedData(read), diagnostics);
      const [one, other] = [0, odd].map(
        at => `${parts[at].name} has samples of [${read[at].shape.slice(1).join(', ')}]`,
      );
      return failed('uneven-data', `${one}, and ${other}`);
    },
  };
}

function joinedData(pieces: readonly ShapedData[]): ShapedData {
  const [{ shape, data: first }] = pieces;
  const length = pieces.reduce((sum, { data }) => sum + data.length, 0);
  const data = new (first.constructor as new (length: number) => ElementValues)(length);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece.data, at);
    at += piece.data.length;
  }
  return { shape: [pieces.reduce((sum, { shape }) => sum + shape[0], 0), ...shape.slice(1)], data };
}

/** Each name once, in an order that does not depend on the language of this machine. */
export function namesOf(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
