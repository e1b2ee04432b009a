/**
 * What a file of safetensors says of its tensors (https://github.com/huggingface/safetensors): a length of eight bytes, a header of JSON, then the tensors'
 * bytes one after the other. Only what a chip can take is known here; `@tessera-dnn/formats` reads everything.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Failure, failed, succeeded } from '../outcome.ts';

/** A tensor of the file: its bytes are `[begin, end)`, counted from the end of the header. */
export interface Entry {
  readonly path: string;
  /** `F32`, `F16`, `I8`: bytes of one element are known only for those of {@link dtypeBytes}. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The element types that a chip's variables can be made of, with the bytes of one element. */
export const dtypeBytes: { readonly [dtype: string]: number | undefined } = {
  F32: 4,
  F16: 2,
  BF16: 2,
  I32: 4,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** As long as the length of the header. */
export const lengthBytes = 8;

/** No header of weights is longer. */
const mostBytes = 100_000_000;

/** How long the header is, from the file's first eight bytes. `bad-weights` for what is no such file. */
export function headerLength(first: Uint8Array): Outcome<number> {
  const view = new DataView(first.buffer, first.byteOffset, lengthBytes);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length <= mostBytes) return succeeded(length);
  return badWeights('this is no file of safetensors', first[0] === lessThan ? page : written);
}

const lessThan = 0x3c;
const page = 'it is a page of HTML, as servers send for unknown addresses';
const written = 'give the file that `tessera compile --weights-beside` wrote, or a state_dict saved as safetensors';

/** The tensors in the order of their bytes, which they fill without gaps. */
export function entriesOf(header: Uint8Array): Outcome<readonly Entry[]> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch {
    return badWeights('its header is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return badWeights('its header is no object');
  const entries = Object.entries(json).flatMap(([path, value]) =>
    path === '__metadata__' ? [] : [entryOf(path, value)],
  );
  const sound = entries.filter(entry => entry !== undefined).sort((a, b) => a.begin - b.begin || a.end - b.end);
  const isFilled = sound.every(({ begin }, i) => begin === (i === 0 ? 0 : sound[i - 1].end));
  return isFilled && sound.length === entries.length ? succeeded(sound) : badWeights('its header contradicts itself');
}

function entryOf(path: string, value: unknown): Entry | undefined {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as { readonly [field: string]: unknown };
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return undefined;
  const [begin, end] = offsets;
  const size = Object.hasOwn(dtypeBytes, dtype) ? dtypeBytes[dtype] : undefined;
  const needed = size === undefined ? end - begin : shape.reduce((product, extent) => product * extent, size);
  return end - begin === needed && begin <= end ? { path, dtype, shape, begin, end } : undefined;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(extent => Number.isSafeInteger(extent) && extent >= 0);
}

/** A `bad-weights`. */
export function badWeights(reason: string, help?: string): Failure {
  return failed('bad-weights', `the weights cannot be read: ${reason}`, help);
}
