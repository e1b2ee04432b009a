/** Writes npy, version 1: little-endian, C order. */
import { assertThat } from '@tessera-dnn/diagnostics';
import { bytesOf, bytesPerElement, type StoredElement, type StoredTensor } from '../stored-tensor.ts';
import { npyMagic } from './header.ts';

/** The element types of npy files: all but bfloat16, which NumPy does not have. */
export type NpyElement = Exclude<StoredElement, 'bf16'>;

/** The bytes of an npy file with `tensor`. Throws an `InternalError` if its data does not fill its shape. */
export function writeNpy(tensor: StoredTensor<NpyElement>): Uint8Array {
  const shape = tensor.shape.length === 1 ? `(${tensor.shape[0]},)` : `(${tensor.shape.join(', ')})`;
  const dict = `{'descr': '${descrOf(tensor.element)}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The data must begin at a multiple of 64 bytes; blanks and a line feed fill the header up to there.
  const begin = Math.ceil((10 + dict.length + 1) / 64) * 64;
  assertThat(begin - 10 < 0x10000, 'formats', 'a header this long needs npy version 2');
  const data = bytesOf(tensor);
  const file = new Uint8Array(begin + data.length).fill(0x20, 0, begin);
  file.set(npyMagic);
  file.set([1, 0, (begin - 10) & 0xff, (begin - 10) >> 8], 6);
  file.set(new TextEncoder().encode(dict), 10);
  file[begin - 1] = 0x0a;
  file.set(data, begin);
  return file;
}

function descrOf(element: NpyElement): string {
  const size = bytesPerElement(element);
  const kind = element === 'bool' ? 'b' : element[0];
  return `${size === 1 ? '|' : '<'}${kind}${size}`;
}
