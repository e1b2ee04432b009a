/** The JSON header of a safetensors file, checked entry by entry. Whether the entries fill the file is checked by its reader (`read.ts`). */

import { shown, shownName } from '../shown.ts';
import { bytesPerElement, describeType, elementCount, type StoredElement } from '../stored-tensor.ts';
import { duplicateKey } from './duplicate-key.ts';

/** Which bytes `[begin, end)` a tensor takes, counted from the end of the header. */
interface EntryRange {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** A tensor of a known element type. Its range is exactly as long as element type and shape demand. */
export interface KnownEntry extends EntryRange {
  readonly element: StoredElement;
  readonly shape: readonly number[];
}

/**
 * A tensor of an element type that is not known here: the length of its range cannot be checked. The file's other tensors are usable all the
 * same.
 */
export interface ForeignEntry extends EntryRange {
  readonly dtype: string;
}

/** A header with the entries that could be read, and what is wrong with the others. */
export interface SafetensorsHeader {
  readonly entries: readonly (KnownEntry | ForeignEntry)[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
}

const elements: { readonly [dtype: string]: StoredElement | undefined } = {
  F64: 'f64',
  F32: 'f32',
  F16: 'f16',
  BF16: 'bf16',
  I64: 'i64',
  U64: 'u64',
  I32: 'i32',
  U32: 'u32',
  I16: 'i16',
  U16: 'u16',
  I8: 'i8',
  U8: 'u8',
  BOOL: 'bool',
};

/** The only key of the header that names no tensor. */
export const metadataName = '__metadata__';

/** The name of an element type in a header: `f32` is `F32`. */
export function dtypeOf(element: StoredElement): string {
  return element.toUpperCase();
}

/** The header with the faults of its entries, or a sentence that says why it cannot be read at all. */
export function parseHeader(bytes: Uint8Array): SafetensorsHeader | string {
  const text = decode(bytes);
  if (text === undefined) return 'the header is not UTF-8 text; this is no safetensors file';
  const json = parseJson(text);
  if (!isRecord(json)) return 'the header is not a JSON object; this is no safetensors file';
  const twice = duplicateKey(text);
  if (twice !== undefined) return `the header names ${JSON.stringify(shownName(twice))} twice`;
  const faults: string[] = [];
  const entries: (KnownEntry | ForeignEntry)[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === metadataName) continue;
    const entry = parseEntry(name, value);
    if (typeof entry === 'string') faults.push(`tensor ${shownName(name)} ${entry}`);
    else entries.push(entry);
  }
  const metadata = parseMetadata(json[metadataName]);
  if (!metadata) faults.push(`${metadataName} must be an object of strings`);
  return { entries, metadata: metadata ?? new Map(), faults };
}

function parseEntry(name: string, value: unknown): KnownEntry | ForeignEntry | string {
  if (!isRecord(value)) return 'is not described by an object';
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') return `has element type ${shown(dtype)}, which is no name of one`;
  if (!isSizes(shape)) return `has shape ${shown(shape)}, but extents must be integers ≥ 0`;
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return `has data_offsets ${shown(offsets)}, but they must be two ascending byte offsets`;
  }
  const [begin, end] = offsets;
  const element = Object.hasOwn(elements, dtype) ? elements[dtype] : undefined;
  if (!element) return { name, dtype: shownName(dtype), begin, end };
  const needed = (elementCount(shape) ?? Number.POSITIVE_INFINITY) * bytesPerElement(element);
  if (end - begin !== needed) return `is ${describeType(element, shape)}, ${needed} bytes, but has ${end - begin}`;
  return { name, element, shape, begin, end };
}

function parseMetadata(value: unknown): ReadonlyMap<string, string> | undefined {
  if (value === undefined) return new Map();
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === Object.keys(value).length ? new Map(entries) : undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No library allows more axes than this. */
const mostAxes = 64;

function isSizes(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostAxes &&
    value.every(extent => Number.isSafeInteger(extent) && extent >= 0)
  );
}
