/**
 * Reads safetensors: a little-endian u64 header length, a JSON header, then the tensors' bytes one after the other
 * (https://github.com/huggingface/safetensors). Nothing in the file is believed before it is checked: lengths against the file,
 * names against each other, offsets against shapes, element types and neighbours.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import { adviceFor } from '../file-kinds.ts';
import { shownName } from '../shown.ts';
import { type StoredTensor, tensorFromBytes } from '../stored-tensor.ts';
import { type KnownEntry, parseHeader, type SafetensorsHeader } from './header.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** By tensor, the name of an element type that is not known here. Whoever needs such a tensor has to refuse it. */
  readonly foreign: ReadonlyMap<string, string>;
  /** The strings of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Longer headers are refused, as by the reference implementation. */
const headerLimitBytes = 100_000_000;

/**
 * The tensors of a file, row-major. They share `bytes` where alignment allows. Every fault is a `bad-safetensors` whose message begins
 * with `name`.
 */
export function readSafetensors(bytes: Uint8Array, name = 'safetensors'): Outcome<Safetensors> {
  const fail = (messages: readonly string[]): Outcome<Safetensors> => {
    const help = adviceFor(bytes, name, 'safetensors');
    const diagnosticOf = (message: string): Diagnostic<Code> => ({
      ...{ code: 'bad-safetensors', severity: 'error', message: `${name}: ${message}` },
      ...(help && { help }),
    });
    return { ok: false, diagnostics: messages.map(diagnosticOf) };
  };
  const headerBytes = headerLength(bytes);
  if (typeof headerBytes === 'string') return fail([headerBytes]);
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes));
  if (typeof header === 'string') return fail([header]);
  const data = bytes.subarray(8 + headerBytes);
  // Where an entry is faulty, the bytes it was to cover would be reported as well: one fault is enough.
  const faults = header.faults.length > 0 ? header.faults : coverageFaults(header.entries, data.length);
  if (faults.length > 0) return fail(faults);
  const tensors = new Map<string, StoredTensor>();
  const foreign = new Map<string, string>();
  for (const entry of header.entries) {
    if ('dtype' in entry) foreign.set(entry.name, entry.dtype);
    else tensors.set(entry.name, tensorOf(entry, data));
  }
  return { ok: true, value: { tensors, foreign, metadata: header.metadata }, diagnostics: [] };
}

function tensorOf({ element, shape, begin, end }: KnownEntry, data: Uint8Array): StoredTensor {
  return tensorFromBytes(element, shape, data.subarray(begin, end));
}

function headerLength(bytes: Uint8Array): number | string {
  if (bytes.length < 8) return `${bytes.length} bytes are too few for a safetensors file`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > headerLimitBytes) return `the header would be ${length} bytes long; this is no safetensors file`;
  if (length > bytes.length - 8)
    return `the header is ${length} bytes long, but only ${bytes.length - 8} bytes follow: truncated`;
  return length;
}

/** The tensors must fill the data exactly: no byte twice, none left out. */
function coverageFaults(entries: SafetensorsHeader['entries'], dataBytes: number): readonly string[] {
  const sorted = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  let last = 'the header';
  for (const { name: whole, begin, end } of sorted) {
    const name = shownName(whole);
    if (begin < covered) return [`tensors ${last} and ${name} overlap at byte ${begin}`];
    if (begin > covered) return [`bytes ${covered} to ${begin} between ${last} and ${name} belong to no tensor`];
    if (end > dataBytes)
      return [`tensor ${name} ends at byte ${end}, but there are ${dataBytes} bytes of data: truncated`];
    covered = end;
    last = name;
  }
  return covered === dataBytes ? [] : [`the last ${dataBytes - covered} bytes belong to no tensor`];
}
