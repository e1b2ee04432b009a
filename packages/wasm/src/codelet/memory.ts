/**
 * Loads and stores of kernel types. Registers have 32 bits a lane; what lies in memory may be narrower, and is widened and narrowed here:
 * a `bool` is one byte, 0 or 1; i8 and u8 are one byte; f16 and bf16 two (see `narrow.ts`).
 *
 * Vectors are loaded and stored with alignment 1 (a hint only; engines treat all alignments alike on the machines at hand).
 * An offset ≥ 0 goes into the instruction, where it costs nothing; it is added without wrapping, so the address itself must lie
 * in memory: in the very buffer that it leads into, since that may begin with the memory. The kernel interpreter refuses all else. A
 * negative offset is added beforehand.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { KernelType, MemoryElement } from '@tessera-dnn/graph/kernel';
import { isVector } from '@tessera-dnn/graph/kernel';
import type binaryen from 'binaryen';
import { maskOf } from './arithmetic.ts';
import type { Expression, Scratch } from './expression.ts';
import { narrowBrain, narrowBytes, narrowHalf, packHalves, packWords, widenBrain, widenHalf } from './narrow.ts';

/** Where an instruction reads or writes: elements of this type at `address + offset`. */
interface Access {
  readonly element: MemoryElement;
  readonly address: Expression;
  readonly offset: number;
}

/** Into a register of `type`; with `splat`, one element into all lanes: `type` is then the vector's. */
export interface Load extends Access {
  readonly type: KernelType;
  readonly splat: boolean;
}

/** A register of `type`; with `lane`, only that lane of a vector. */
export interface Store extends Access {
  readonly type: KernelType;
  readonly value: Expression;
  readonly lane?: number;
}

/** The value of a load, widened to 32 bits a lane. `scratch` lends locals to the conversion of f16. */
export function loadFrom(m: binaryen.Module, load: Load, scratch: Scratch): Expression {
  const { type, splat } = load;
  const { element, address, offset } = split(m, load);
  if (!isVector(type)) return loadOne(m, { element, address, offset }, scratch);
  switch (element) {
    case 'f32':
    case 'i32':
      return splat ? m.v128.load32_splat(offset, 4, address) : m.v128.load(offset, 1, address);
    case 'bits16':
      if (!splat) return m.v128.load16x4_u(offset, 1, address);
      return m.i32x4.extend_low_i16x8_u(m.v128.load16_splat(offset, 2, address));
    case 'bf16':
      return widenBrain(m, splat ? m.v128.load16_splat(offset, 2, address) : m.v128.load16x4_u(offset, 1, address));
    case 'f16':
      if (splat) return halfSplat(m, address, offset, scratch);
      return widenHalf(m, m.i32x4.shl(m.v128.load16x4_s(offset, 1, address), m.i32.const(13)), scratch);
    case 'bits64':
      return m.v128.load64_splat(offset, 1, address);
    case 'bool':
      if (splat) return m.i32x4.splat(maskOf(m, m.i32.load8_u(offset, 1, address)));
      return m.i32x4.neg(
        m.i32x4.extend_low_i16x8_u(m.i16x8.extend_low_i8x16_u(m.v128.load32_zero(offset, 1, address))),
      );
    case 'i8':
    case 'u8': {
      const bytes = splat ? m.v128.load8_splat(offset, 1, address) : m.v128.load32_zero(offset, 1, address);
      if (element === 'i8') return m.i32x4.extend_low_i16x8_s(m.i16x8.extend_low_i8x16_s(bytes));
      return m.i32x4.extend_low_i16x8_u(m.i16x8.extend_low_i8x16_u(bytes));
    }
  }
}

/** One element, in a register of one lane. */
function loadOne(m: binaryen.Module, { element, address, offset }: Access, scratch: Scratch): Expression {
  switch (element) {
    case 'i32':
      return m.i32.load(offset, 4, address);
    case 'f32':
      return m.f32.load(offset, 4, address);
    case 'i8':
      return m.i32.load8_s(offset, 1, address);
    case 'u8':
    case 'bool':
      return m.i32.load8_u(offset, 1, address);
    case 'bits16':
      return m.i32.load16_u(offset, 2, address);
    case 'bits64':
      throw new InternalError('wasm', 'two words do not fit one lane');
    case 'bf16':
      return m.f32.reinterpret(m.i32.shl(m.i32.load16_u(offset, 2, address), m.i32.const(16)));
    case 'f16':
      // One lane of the vectors' way: no shorter one is known for a single element.
      return m.f32x4.extract_lane(halfSplat(m, address, offset, scratch), 0);
  }
}

/** One half in all lanes: a splat of 16 bits has them twice in each. */
function halfSplat(m: binaryen.Module, address: Expression, offset: number, scratch: Scratch): Expression {
  return widenHalf(m, m.i32x4.shr_s(m.v128.load16_splat(offset, 2, address), m.i32.const(3)), scratch);
}

/** The statement that stores a register, narrowed to the element type in memory. Lanes and scalars write only their own bytes. */
export function storeTo(m: binaryen.Module, store: Store, scratch: Scratch): Expression {
  const { type, value, lane } = store;
  const { element, address, offset } = split(m, store);
  switch (element) {
    case 'f32':
    case 'i32':
      return storeWords(m, { type, element, address, offset, value, lane });
    case 'f16':
    case 'bf16': {
      const vector = isVector(type) ? value : m.f32x4.splat(value);
      const bits = element === 'f16' ? narrowHalf(m, vector, scratch) : narrowBrain(m, vector, scratch);
      if (isVector(type) && lane === undefined) return m.v128.store64_lane(offset, 1, 0, address, packHalves(m, bits));
      return m.i32.store16(offset, 2, address, m.i32x4.extract_lane(bits, lane ?? 0));
    }
    case 'bits16':
      if (!isVector(type)) return m.i32.store16(offset, 2, address, value);
      return lane === undefined
        ? m.v128.store64_lane(offset, 1, 0, address, packWords(m, value))
        : m.i32.store16(offset, 2, address, m.i32x4.extract_lane(value, lane));
    case 'bits64':
      throw new InternalError('wasm', 'pairs of words are only loaded');
    case 'i8':
    case 'u8': {
      const vector = isVector(type) ? value : m.i32x4.splat(value);
      const bytes = narrowBytes(m, vector, element);
      if (isVector(type) && lane === undefined) return m.v128.store32_lane(offset, 1, 0, address, bytes);
      return m.v128.store8_lane(offset, 1, lane ?? 0, address, bytes);
    }
    case 'bool':
      if (!isVector(type)) return m.i32.store8(offset, 1, address, value);
      return lane === undefined
        ? m.v128.store32_lane(offset, 1, 0, address, pack(m, value))
        : m.i32.store8(offset, 1, address, maskOf(m, m.i32x4.extract_lane(value, lane)));
  }
}

function storeWords(m: binaryen.Module, { type, element, address, offset, value, lane }: Store): Expression {
  if (!isVector(type))
    return element === 'f32' ? m.f32.store(offset, 4, address, value) : m.i32.store(offset, 4, address, value);
  if (lane === undefined) return m.v128.store(offset, 1, address, value);
  // Lane 0 is the scalar register itself: a plain scalar store is shorter.
  return lane === 0
    ? m.f32.store(offset, 4, address, m.f32x4.extract_lane(value, 0))
    : m.v128.store32_lane(offset, 4, lane, address, value);
}

function split(m: binaryen.Module, { element, address, offset }: Access): Access {
  if (offset >= 0) return { element, address, offset };
  return { element, address: m.i32.add(address, m.i32.const(offset)), offset: 0 };
}

const packed = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12];

/** Four lanes 0 or -1 to four bytes 0 or 1 in the lowest lane. */
function pack(m: binaryen.Module, mask: Expression): Expression {
  // Negated first, so that the value is needed once: lanes are 0 or 1 and so are their lowest bytes.
  return m.i8x16.shuffle(m.i32x4.neg(mask), m.v128.const(new Uint8Array(16)), packed);
}
