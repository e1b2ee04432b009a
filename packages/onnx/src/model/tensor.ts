/** Tensors of a model's file, checked before they are believed: that there are as many bytes as the shape needs, and where they lie. */
import { type StoredElement, type StoredTensor, storedBytes, tensorFromBytes } from '@tessera-dnn/formats';
import { refuse } from '../draft/refusal.ts';
import type { TensorProto } from '../proto/onnx.ts';
import { elementOf } from './elements.ts';

/** Reads a file beside the model; undefined if there is none, or if the name leads out of the model's folder. */
export type ReadBeside = (name: string) => Uint8Array | undefined;

/** Tensors beyond this are no models. */
const mostElements = 2 ** 31;

/** The tensor in a message of a model, or a refusal. It shares the memory of the file where that is aligned. */
export function storedTensor(proto: TensorProto, read: ReadBeside): StoredTensor {
  const name = proto.name ?? '';
  const element = elementOf(proto.dataType ?? 0);
  if (typeof element !== 'string') return refuse(`tensor ${name} has ${element.foreign}`);
  if (proto.segment !== undefined) refuse(`tensor ${name} is cut into segments`);
  const shape = proto.dims;
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!shape.every(extent => Number.isSafeInteger(extent) && extent >= 0) || count > mostElements) {
    refuse(`tensor ${name} has the shape [${shape.join(', ')}]`);
  }
  const size = count * storedBytes(element);
  const raw = proto.dataLocation === 1 ? externalBytes(proto, name, size, read) : proto.rawData;
  if (raw === undefined) return fromFields(proto, name, element, count);
  if (raw.length !== size)
    refuse(`tensor ${name} has ${raw.length} bytes, and its shape [${shape.join(', ')}] needs ${size}`);
  return tensorFromBytes(element, shape, raw);
}

function externalBytes(proto: TensorProto, name: string, size: number, read: ReadBeside): Uint8Array {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const [offset, length] = [Number(entries.get('offset') ?? 0), Number(entries.get('length') ?? size)];
  const file =
    read(location) ??
    refuse(
      `tensor ${name} lies in the file "${location}", which cannot be read`,
      'put it into the folder of the model',
    );
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== size || offset + length > file.length) {
    refuse(`tensor ${name} lies at ${offset} in "${location}", which has ${file.length} bytes, and needs ${size}`);
  }
  return file.subarray(offset, offset + length);
}

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

/** Tensors whose numbers stand one by one in fields of the message. */
function fromFields(proto: TensorProto, name: string, element: StoredElement, count: number): StoredTensor {
  const numbers = fieldOf(proto, element);
  if (numbers.length !== count)
    refuse(`tensor ${name} has ${numbers.length} numbers, and its shape [${proto.dims.join(', ')}] needs ${count}`);
  return { element, shape: proto.dims, data: arrayOf(element, numbers) } as StoredTensor;
}

function fieldOf(proto: TensorProto, element: StoredElement): Numbers {
  switch (element) {
    case 'f32':
      return proto.floatData;
    case 'f64':
      return proto.doubleData;
    case 'i64':
      return proto.int64Data;
    case 'u32':
    case 'u64':
      return proto.uint64Data;
    default:
      return proto.int32Data;
  }
}

function arrayOf(element: StoredElement, numbers: Numbers): StoredTensor['data'] {
  switch (element) {
    case 'f32':
      return Float32Array.from(numbers as ArrayLike<number>);
    case 'f64':
      return Float64Array.from(numbers as ArrayLike<number>);
    case 'i64':
      return BigInt64Array.from(numbers as ArrayLike<bigint>);
    case 'u64':
      return BigUint64Array.from(numbers as ArrayLike<bigint>);
    case 'u32':
      return Uint32Array.from(numbers as ArrayLike<bigint>, Number);
    case 'i32':
      return Int32Array.from(numbers as ArrayLike<number>);
    case 'i16':
      return Int16Array.from(numbers as ArrayLike<number>);
    case 'u16':
    case 'f16':
    case 'bf16':
      return Uint16Array.from(numbers as ArrayLike<number>);
    case 'i8':
      return Int8Array.from(numbers as ArrayLike<number>);
    case 'u8':
      return Uint8Array.from(numbers as ArrayLike<number>);
    case 'bool':
      return Uint8Array.from(numbers as ArrayLike<number>, value => (value === 0 ? 0 : 1));
  }
}
