/** Writes safetensors. The same tensors in the same order give the same bytes. */
import { assertThat } from '@tessera/diagnostics';
import { bytesOf, bytesPerElement, type StoredTensor } from '../stored-tensor.ts';
import { dtypeOf } from './header.ts';

/**
 * The bytes of a file with `tensors`, by name. Wide elements come first, so that every tensor is aligned and a reader need not copy;
 * among equals the order is kept. Data that does not fill its shape, and the name `__metadata__`, are an `InternalError`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: { readonly [key: string]: string } = {},
): Uint8Array {
  assertThat(!tensors.has('__metadata__'), 'formats', 'no tensor of a safetensors file can be called __metadata__');
  const sorted = [...tensors].toSorted((a, b) => bytesPerElement(b[1].element) - bytesPerElement(a[1].element));
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const [name, tensor] of sorted) {
    const begin = end;
    end += bytesOf(tensor).length;
    entries.push([name, { dtype: dtypeOf(tensor.element), shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const header = encodeHeader(entries);
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const [, tensor] of sorted) {
    file.set(bytesOf(tensor), at);
    at += bytesOf(tensor).length;
  }
  return file;
}

/** Written key by key: an object would sort names that look like numbers to the front. Padded with blanks to eight bytes. */
function encodeHeader(entries: readonly [string, unknown][]): Uint8Array {
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  return padded;
}
