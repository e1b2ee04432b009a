/**
 * Reads npy, versions 1 to 3, either byte order, C or Fortran order
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Whatever the file's order, the tensor is row-major.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import { adviceFor } from '../file-kinds.ts';
import { shown } from '../shown.ts';
import {
  bytesPerElement,
  describeType,
  elementCount,
  type StoredElement,
  type StoredTensor,
  tensorFromBytes,
} from '../stored-tensor.ts';
import { gathered, swapBytes } from '../strided.ts';
import { npyMagic, parseNpyHeader } from './header.ts';

const elements: { readonly [kindAndBytes: string]: StoredElement | undefined } = {
  f8: 'f64',
  f4: 'f32',
  f2: 'f16',
  i8: 'i64',
  u8: 'u64',
  i4: 'i32',
  u4: 'u32',
  i2: 'i16',
  u2: 'u16',
  i1: 'i8',
  u1: 'u8',
  b1: 'bool',
};

/**
 * The tensor of a file, row-major. It shares `bytes` where order and alignment allow. Every fault is a `bad-npy` whose message begins
 * with `name`; bytes after the tensor are only a warning.
 */
export function readNpy(bytes: Uint8Array, name = 'npy'): Outcome<StoredTensor> {
  const diagnostic = (severity: Diagnostic['severity'], message: string): Diagnostic<Code> => ({
    code: 'bad-npy',
    severity,
    message: `${name}: ${message}`,
  });
  const read = readChecked(bytes);
  if (typeof read === 'string') {
    const help = adviceFor(bytes, name, 'npy');
    return { ok: false, diagnostics: [{ ...diagnostic('error', read), ...(help && { help }) }] };
  }
  const { tensor, rest } = read;
  const diagnostics = rest > 0 ? [diagnostic('warning', `${rest} bytes behind the tensor are ignored`)] : [];
  return { ok: true, value: tensor, diagnostics };
}

function readChecked(bytes: Uint8Array): { readonly tensor: StoredTensor; readonly rest: number } | string {
  const start = headerRange(bytes);
  if (typeof start === 'string') return start;
  const text = new TextDecoder(start.encoding).decode(bytes.subarray(start.begin, start.end));
  const header = parseNpyHeader(text);
  if (typeof header === 'string') return header;
  const type = elementOf(header.descr);
  if (typeof type === 'string') return type;
  const { shape, fortranOrder } = header;
  const size = bytesPerElement(type.element);
  const needed = (elementCount(shape) ?? Number.POSITIVE_INFINITY) * size;
  const data = bytes.subarray(start.end);
  if (data.length < needed) {
    return `${describeType(type.element, shape)} needs ${needed} bytes, but there are ${data.length}: truncated`;
  }
  const native = type.bigEndian ? swapBytes(data.subarray(0, needed), size) : data.subarray(0, needed);
  const rowMajor = fortranOrder && shape.length > 1 ? fromFortran(native, size, shape) : native;
  return { tensor: tensorFromBytes(type.element, shape, rowMajor), rest: data.length - needed };
}

/** A limit for headers, which are rarely longer than 128 bytes. NumPy reads none of more than 10,000 unless it is told to. */
const longestHeaderBytes = 65_536;

function headerRange(bytes: Uint8Array) {
  if (bytes.length < 10 || npyMagic.some((byte, i) => bytes[i] !== byte)) return 'this is no npy file';
  const version = bytes[6];
  if (version < 1 || version > 3) return `npy version ${version}.${bytes[7]} is not known`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (version > 1 && bytes.length < 12) return 'the header is truncated';
  const begin = version === 1 ? 10 : 12;
  const end = begin + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end - begin > longestHeaderBytes)
    return `the header would be ${end - begin} bytes long; this is no npy file of one tensor`;
  if (end > bytes.length) return `the header ends at byte ${end}, but the file at ${bytes.length}: truncated`;
  return { begin, end, encoding: version === 3 ? 'utf-8' : 'latin1' };
}

function elementOf(descr: string): { readonly element: StoredElement; readonly bigEndian: boolean } | string {
  const [, order, code] = /^([<>=|]?)(.*)$/s.exec(descr) ?? [];
  const element = Object.hasOwn(elements, code) ? elements[code] : undefined;
  if (element) return { element, bigEndian: order === '>' };
  if (code.startsWith('O')) return 'it holds Python objects, not numbers';
  return `its element type ${shown(descr)} is not known (${Object.keys(elements).join(' ')})`;
}

/** The bytes of a tensor whose first axis varies fastest, in row-major order. */
function fromFortran(bytes: Uint8Array, size: number, shape: readonly number[]): Uint8Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, extent) => product * extent, 1));
  return gathered(bytes, size, shape, strides);
}
