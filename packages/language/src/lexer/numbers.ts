/** Decides which texts that begin with a digit are numbers, and what they stand for. */

export type NumberValue =
  | { readonly kind: 'integer' | 'float'; readonly value: number }
  | { readonly kind: 'byte-size'; readonly bytes: number }
  | { readonly kind: 'malformed'; readonly help?: string }
  | { readonly kind: 'too-large'; readonly help: string };

const digits = '[0-9]+(?:_[0-9]+)*';
const integer = new RegExp(`^${digits}$`);
const float = new RegExp(`^${digits}(?:\\.${digits})?(?:[eE][+-]?${digits})?$`);
const byteSize = new RegExp(`^(${digits}(?:\\.${digits})?)(B|KiB|MiB|GiB)$`);
const unitBytes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Reads `1_000`, `1e-3` and `48KiB`. */
export function readNumber(text: string): NumberValue {
  if (integer.test(text)) return readInteger(text);
  if (float.test(text)) return readFloat(text);
  const [, count, unit] = byteSize.exec(text) ?? [];
  if (count === undefined || unit === undefined) return { kind: 'malformed', help: helpFor(text) };
  const bytes = plain(count) * unitBytes[unit]!;
  if (bytes > Number.MAX_SAFE_INTEGER) return { kind: 'too-large', help: 'byte sizes go up to 2^53 - 1' };
  return Number.isInteger(bytes) ? { kind: 'byte-size', bytes } : { kind: 'malformed', help: 'bytes are whole' };
}

function readInteger(text: string): NumberValue {
  const value = plain(text);
  if (value > Number.MAX_SAFE_INTEGER) return { kind: 'too-large', help: 'integers go up to 2^53 - 1' };
  return { kind: 'integer', value };
}

function readFloat(text: string): NumberValue {
  const value = plain(text);
  return Number.isFinite(value) ? { kind: 'float', value } : { kind: 'too-large', help: 'numbers go up to 1.8e308' };
}

function plain(text: string): number {
  return Number(text.replaceAll('_', ''));
}

function helpFor(text: string): string | undefined {
  const size = /^([0-9._]+)([KMG])i?[bB]?$/i.exec(text);
  if (size !== null) return `sizes are counted in units of 1,024: ${size[1]}${size[2]!.toUpperCase()}iB`;
  if (/^0[xXbBoO]/.test(text)) return 'numbers are written in decimal';
  if (text.includes('_')) return 'an underscore stands between two digits';
  return undefined;
}
