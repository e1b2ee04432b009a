/** Writes safetensors. The same tensors in the same order give the same bytes. */
import { assertThat } from '@tessera-dnn/diagnostics';
import { bytesOf, bytesPerElement, type StoredTensor } from '../stored-tensor.ts';
import { dtypeOf, metadataName } from './header.ts';

/**
 * The bytes of a file with `tensors`, by name. Tensors of wide elements come first, so that every tensor is aligned and a reader need
 * not copy it; among equals the order is kept. Throws an `InternalError` for data that does not fill its shape and for a tensor called
 * `__metadata__`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: { readonly [key: string]: string } = {},
): Uint8Array {
  const pieces = safetensorsPieces(tensors, metadata);
  const file = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

/** The bytes of {@link writeSafetensors} in pieces, which share the tensors' data: for files that are longer than one array should be. */
export function safetensorsPieces(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: { readonly [key: string]: string } = {},
): readonly Uint8Array[] {
  assertThat(!tensors.has(metadataName), 'formats', `no tensor of a safetensors file can be called ${metadataName}`);
  const sorted = [...tensors].toSorted((a, b) => bytesPerElement(b[1].element) - bytesPerElement(a[1].element));
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataName, metadata]] : [];
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of sorted) {
    const begin = end;
    const bytes = bytesOf(tensor);
    end += bytes.length;
    pieces.push(bytes);
    entries.push([name, { dtype: dtypeOf(tensor.element), shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const header = encodeHeader(entries);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, header.length, true);
  return [length, header, ...pieces];
}

/**
 * The header, padded with blanks to a multiple of eight bytes. It is written key by key, because a JavaScript object would move names
 * that look like numbers to the front.
 */
function encodeHeader(entries: readonly [string, unknown][]): Uint8Array {
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  return padded;
}
