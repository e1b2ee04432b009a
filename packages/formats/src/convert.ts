/**
 * Conversions that lose nothing: from floats to floats and from integers to integers, where every single value stays the same.
 * A float is never made from an integer or the other way round: that is a cast, which the program has to ask for.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from './explain/catalogue.ts';
import { widenBfloat, widenHalf } from './half.ts';
import type { StoredElement, StoredTensor } from './stored-tensor.ts';

/** What tensors can be converted to; also the element types a program computes with today. */
export type ConvertedElement = 'f32' | 'i32' | 'bool';

type Failure = { readonly reason: string; readonly help?: string };

/**
 * `tensor` with elements of type `element`; it shares the data if that is its type already. `what` names it in messages.
 * Fails with `inexact-conversion` at the first value that would change, and with `type-mismatch` between floats, integers and bool.
 */
export function convertTensor<E extends ConvertedElement>(
  tensor: StoredTensor,
  element: E,
  what = 'the tensor',
): Outcome<StoredTensor<E>> {
  const converted = dataAs(tensor, element);
  if ('reason' in converted) {
    const { reason, help } = converted;
    const code: Code = reason.startsWith('holds') ? 'inexact-conversion' : 'type-mismatch';
    return { ok: false, diagnostics: [{ code, severity: 'error', message: `${what} ${reason}`, help }] };
  }
  return { ok: true, value: { element, shape: tensor.shape, data: converted } as StoredTensor<E>, diagnostics: [] };
}

function dataAs(tensor: StoredTensor, element: ConvertedElement): StoredTensor<ConvertedElement>['data'] | Failure {
  if (tensor.element === element) return tensor.data;
  switch (element) {
    case 'f32':
      return floats(tensor);
    case 'i32':
      return integers(tensor);
    case 'bool':
      return mismatch(tensor.element, element);
  }
}

function floats(tensor: StoredTensor): Float32Array | Failure {
  switch (tensor.element) {
    case 'f32':
      return tensor.data;
    case 'f16':
      return Float32Array.from(tensor.data, widenHalf);
    case 'bf16':
      return Float32Array.from(tensor.data, widenBfloat);
    case 'f64': {
      const rounded = Float32Array.from(tensor.data);
      const at = tensor.data.findIndex((value, i) => !Object.is(value, rounded[i]));
      return at === -1 ? rounded : inexact(tensor.data[at], at, 'f64', 'f32', 'float32');
    }
    default:
      return mismatch(tensor.element, 'f32', 'float32');
  }
}

function integers(tensor: StoredTensor): Int32Array | Failure {
  switch (tensor.element) {
    case 'i32':
      return tensor.data;
    case 'i8':
    case 'u8':
    case 'i16':
    case 'u16':
      return Int32Array.from(tensor.data);
    case 'u32': {
      const at = tensor.data.findIndex(value => value > 0x7fffffff);
      return at === -1 ? Int32Array.from(tensor.data) : inexact(tensor.data[at], at, 'u32', 'i32', 'int32');
    }
    case 'i64':
    case 'u64': {
      const narrowed = Int32Array.from(tensor.data, Number);
      const at = narrowed.findIndex((value, i) => BigInt(value) !== tensor.data[i]);
      return at === -1 ? narrowed : inexact(tensor.data[at], at, tensor.element, 'i32', 'int32');
    }
    default:
      return mismatch(tensor.element, 'i32', 'int32');
  }
}

function inexact(value: number | bigint, index: number, from: StoredElement, to: string, numpy: string): Failure {
  return {
    reason: `holds ${value} (element ${index}), which ${from} can say and ${to} cannot`,
    help: `round it where it is written: array.astype('${numpy}')`,
  };
}

function mismatch(from: StoredElement, to: ConvertedElement, numpy = 'bool'): Failure {
  return { reason: `is ${from}, not ${to}`, help: `write it as ${to}: array.astype('${numpy}')` };
}
