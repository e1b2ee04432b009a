/** Reads the values of options. A value that cannot be read throws Commander's InvalidArgumentError, which becomes a usage error. */
import type { Threads } from '@tessera-dnn/chip';
import type { CompileOptions } from '@tessera-dnn/compiler/planning';
import { mostThreads, parseSize } from '@tessera-dnn/machine';
import { InvalidArgumentError } from 'commander';

/** A whole number from 0 on. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return value;
}

/** A whole number from 1 on. */
export function count(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** How many threads an artifact may have. */
export function threads(text: string): number {
  const value = count(text);
  if (value > mostThreads) throw new InvalidArgumentError(`It must be at most ${mostThreads}.`);
  return value;
}

/** On how many threads to run: a number, or `auto`. */
export function threadsOrAuto(text: string): Threads {
  return text === 'auto' ? text : threads(text);
}

/** A number of seconds, fractions included. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text.trim()) || !(value > 0 && value <= 1e6)) {
    throw new InvalidArgumentError('It must be a number of seconds, a million at most.');
  }
  return value;
}

/** A 32-bit integer. */
export function seed(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text.trim()) || value !== (value | 0)) {
    throw new InvalidArgumentError('It must be a whole number of 32 bits.');
  }
  return value;
}

/** Numbers with commas between them. */
export function numbers(text: string): readonly number[] {
  const values = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('Write numbers with commas between them.');
  return values;
}

/** A number of bytes: `65536`, `64KiB`, `2MiB`. */
export function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('Write a size like 65536, 64KiB or 1.5MiB.');
  return bytes;
}

/** `none`, `sqrt`, `auto`, or a number of bytes such as `20MiB`. */
export function recompute(text: string): CompileOptions['recompute'] {
  if (text === 'none' || text === 'sqrt' || text === 'auto') return text;
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('It is none, sqrt, auto or a size like 20MiB.');
  return bytes;
}

/** The pairs of an option `name=value` that may be given several times; `earlier` are those before this one. */
export function pair(text: string, earlier: Pairs = {}): Pairs {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('Write it as name=value.');
  const name = text.slice(0, at).trim();
  if (Object.hasOwn(earlier, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...earlier, [name]: text.slice(at + 1) };
}

/** Like {@link pair}, for values that are file names. */
export function filePair(text: string, earlier: Pairs = {}): Pairs {
  if (text.endsWith('=')) throw new InvalidArgumentError('Write it as name=file.');
  return pair(text, earlier);
}

/** The values of an option `name=file` that may be given several times, for one name too: `earlier` are those before this one. */
export function fileLists(text: string, earlier: Lists = {}): Lists {
  const [[name, file]] = Object.entries(filePair(text));
  return { ...earlier, [name]: [...(Object.hasOwn(earlier, name) ? earlier[name] : []), file] };
}

/** Whether it is a number rather than the name of a file. */
export function isNumber(text: string): boolean {
  return text.trim() !== '' && !Number.isNaN(Number(text));
}

/** Several values for each name. */
export type Lists = { readonly [name: string]: readonly string[] };

export type Pairs = { readonly [name: string]: string };

/** The values of an option that may be given several times. */
export function several(text: string, earlier: readonly string[] = []): readonly string[] {
  return earlier.includes(text) ? earlier : [...earlier, text];
}
