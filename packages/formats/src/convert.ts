/**
 * Conversions of tensors from files to the element types of programs: from floats to floats and from integers to integers, where every
 * single value stays the same. Only what becomes a float of 16 bits is rounded, since whoever chooses such a type wants that. A float is made
 * from an integer or the other way round only where that was asked for: there are usually other things to do, such as dividing pixels by 255.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import {
  type ElementValues,
  isNarrowFloat,
  type ManifestElement,
  narrowed,
  valueArrays,
  widened,
} from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';
import { largest, type Rounding, rounded } from './rounding.ts';
import type { StoredElement, StoredTensor } from './stored-tensor.ts';

/** A tensor with its values as numbers, row-major: those of f16 and bf16 as the 32-bit floats that they equal. */
export interface ConvertedTensor<E extends ManifestElement = ManifestElement> {
  readonly element: E;
  readonly shape: readonly number[];
  readonly data: ElementValues<E>;
  /** What rounding did to the values; absent if it changed none. */
  readonly rounding?: Rounding;
}

/** `exact`: as above. `nearest`: between all types; floats are rounded to the nearest, and what becomes an integer or a truth value has to be one. */
export type Conversion = 'exact' | 'nearest';

type Values = Pick<ConvertedTensor, 'data' | 'rounding'>;

/** Why there are no values; the reason is the end of a sentence that begins with the tensor. */
type Failure = { readonly code: Code; readonly reason: string; readonly help: string };

/**
 * `tensor` with elements of type `element`; it shares the data if it has them already. `what` names it in messages. Fails with
 * `inexact-conversion` at the first value that would change, where it is not just rounded to 16 bits: a finite value never becomes
 * infinite. Between floats, integers and bool it fails with `type-mismatch`, unless the nearest values are asked for.
 */
export function convertTensor<E extends ManifestElement>(
  tensor: StoredTensor,
  element: E,
  what = 'the tensor',
  conversion: Conversion = 'exact',
): Outcome<ConvertedTensor<E>> {
  const exact = valuesAs(tensor, element);
  const converted = 'reason' in exact && conversion === 'nearest' ? nearest(tensor, element) : exact;
  if ('reason' in converted) {
    const { code, reason, help } = converted;
    return { ok: false, diagnostics: [{ code, severity: 'error', message: `${what} ${reason}`, help }] };
  }
  return { ok: true, value: { element, shape: tensor.shape, ...converted } as ConvertedTensor<E>, diagnostics: [] };
}

/** A tensor of `element` as files hold it. `data` has its values as a chip gives them, which loses nothing. */
export function storedTensor(element: ManifestElement, shape: readonly number[], data: ElementValues): StoredTensor {
  return { element, shape, data: isNarrowFloat(element) ? narrowed(element, data) : data } as StoredTensor;
}

function valuesAs(tensor: StoredTensor, element: ManifestElement): Values | Failure {
  switch (tensor.element) {
    case 'bool':
      return element === 'bool' ? { data: tensor.data } : mismatch(tensor.element, element);
    case 'f16':
    case 'bf16': {
      const data = widened(tensor.element, tensor.data);
      return tensor.element === element ? { data } : floats(tensor.element, data, element);
    }
    case 'f32':
    case 'f64':
      return floats(tensor.element, tensor.data, element);
    default:
      return integers(tensor, element);
  }
}

function floats(from: StoredElement, values: Float32Array | Float64Array, element: ManifestElement): Values | Failure {
  if (isNarrowFloat(element)) {
    const result = rounded(values, element);
    return 'overflow' in result ? beyond(values[result.overflow], result.overflow, element) : result;
  }
  if (element !== 'f32') return mismatch(from, element);
  if (values instanceof Float32Array) return { data: values };
  const data = Float32Array.from(values);
  const at = data.findIndex((value, i) => !Object.is(value, values[i]));
  return at === -1 ? { data } : inexact(values[at], at, from, element);
}

/** By way of doubles, which hold all but the largest integers of 64 bits. */
function nearest({ element: from, data: stored }: StoredTensor, element: ManifestElement): Values | Failure {
  const read = from === 'f16' || from === 'bf16' ? widened(from, stored as Uint16Array) : stored;
  const values = Float64Array.from(read as ArrayLike<number | bigint>, Number);
  if (isNarrowFloat(element)) return floats(from, values, element);
  const data =
    element === 'bool' ? Uint8Array.from(values, value => (value === 0 ? 0 : 1)) : new valueArrays[element](values);
  const isRounded = element === 'f32';
  const at = data.findIndex((value, i) =>
    isRounded ? !Number.isFinite(value) && Number.isFinite(values[i]) : value !== values[i],
  );
  if (at === -1) return { data };
  if (isRounded) return beyond(values[at], at, 'f32');
  const reason = `holds ${values[at]} (element ${at}), which is no ${element}`;
  return { code: 'inexact-conversion', reason, help: `make it one where it is written: ${writers[element]}` };
}

type StoredIntegers = StoredTensor<'i64' | 'u64' | 'i32' | 'u32' | 'i16' | 'u16' | 'i8' | 'u8'>;

function integers({ element: from, data: values }: StoredIntegers, element: ManifestElement): Values | Failure {
  if (element !== 'i32' && element !== 'i8' && element !== 'u8') return mismatch(from, element);
  if (from === element) return { data: values };
  // What does not fit wraps here, and is then no longer what it was.
  const data = integerArray(element, values);
  const at = data.findIndex((value, i) => value !== Number(values[i]));
  return at === -1 ? { data } : inexact(values[at], at, from, element);
}

function integerArray(element: 'i32' | 'i8' | 'u8', values: StoredIntegers['data']): ElementValues<typeof element> {
  const array = new valueArrays[element](values.length);
  for (let i = 0; i < array.length; i++) array[i] = Number(values[i]);
  return array;
}

/** What writes each element type, where the file is written. NumPy has no bf16. */
const writers: { readonly [element in ManifestElement]: string } = {
  f32: "array.astype('float32')",
  f16: "array.astype('float16')",
  bf16: 'tensor.to(torch.bfloat16)',
  i32: "array.astype('int32')",
  i8: "array.astype('int8')",
  u8: "array.astype('uint8')",
  bool: "array.astype('bool')",
};

function inexact(value: number | bigint, index: number, from: StoredElement, to: ManifestElement): Failure {
  const reason = `holds ${value} (element ${index}), which ${from} can say and ${to} cannot`;
  // What is out of the range of an integer is so for the nearest one too.
  const here = to === 'f32' ? byFlag : '';
  return { code: 'inexact-conversion', reason, help: `round it where it is written: ${writers[to]}${here}` };
}

/** The command line's name for the nearest values. */
const byFlag = ', or here with --convert';

function beyond(value: number, index: number, to: 'f32' | 'f16' | 'bf16'): Failure {
  const reason = `holds ${value} (element ${index}), which is beyond the largest ${to}, ${largest(to)}`;
  const help = {
    f32: 'scale it',
    f16: 'make it f32 or bf16 in the program, or scale it',
    bf16: 'make it f32 in the program',
  }[to];
  return { code: 'inexact-conversion', reason, help };
}

function mismatch(from: StoredElement, to: ManifestElement): Failure {
  return { code: 'type-mismatch', reason: `is ${from}, not ${to}`, help: `write it as ${to}: ${writers[to]}${byFlag}` };
}
