/** What a pickle of `torch.save` is read as: plain data, and descriptions of tensors. Nothing here can be called. */
import type { StoredElement } from '../stored-tensor.ts';

/** Lists, tuples and sets are arrays, dicts of all kinds are maps. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Value[]
  | Map<Value, Value>
  | Name
  | Storage
  | TorchTensor
  | ForeignTensor
  | Thing;

/** A class or function of Python that the pickle names, such as `torch.FloatStorage`. */
export interface Name {
  readonly is: 'name';
  readonly name: string;
}

/** Elements in the file, which tensors are read from. */
export interface Storage {
  readonly is: 'storage';
  /** Under which name its bytes stand in the file. */
  readonly key: string;
  /** Its elements' type as PyTorch calls it: `float32`; of a storage without a type `uint8`. */
  readonly dtype: string;
  readonly count: number;
}

/** Elements of a storage from `offset` on, by strides, all counted in elements. Nothing is checked yet. */
export interface TorchTensor {
  readonly is: 'tensor';
  readonly storage: Storage;
  readonly dtype: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A tensor that is no array of elements in the file: a sparse one, say. */
export interface ForeignTensor {
  readonly is: 'foreign';
  readonly what: string;
}

/** Any other object; what it holds does not matter. */
export interface Thing {
  readonly is: 'thing';
}

export const thing: Thing = { is: 'thing' };

/** Whether the value is one of those above that say what they are. */
export function isA<K extends 'name' | 'storage' | 'tensor' | 'foreign' | 'thing'>(
  kind: K,
  value: Value | undefined,
): value is Extract<Value, { readonly is: K }> {
  return typeof value === 'object' && value !== null && 'is' in value && value.is === kind;
}

/** The element types that are read, by PyTorch's names. */
export const elementOf: { readonly [dtype: string]: StoredElement | undefined } = {
  float64: 'f64',
  float32: 'f32',
  float16: 'f16',
  bfloat16: 'bf16',
  int64: 'i64',
  uint64: 'u64',
  int32: 'i32',
  uint32: 'u32',
  int16: 'i16',
  uint16: 'u16',
  int8: 'i8',
  uint8: 'u8',
  bool: 'bool',
};
