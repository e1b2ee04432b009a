/**
 * Loads and stores of kernel types. In memory a `bool` is one byte, 0 or 1, and a `boolx4` four of them; all else is four bytes a lane.
 *
 * Vectors are loaded and stored with alignment 1 (a hint only; engines treat all alignments alike on the machines at hand).
 * An offset ≥ 0 goes into the instruction, where it costs nothing; it is added without wrapping, so the address itself must lie
 * in memory: in the very buffer that it leads into, since that may begin with the memory. The kernel interpreter refuses all else. A
 * negative offset is added beforehand.
 */
import type { KernelType } from '@tessera/graph';
import type binaryen from 'binaryen';
import { type Expression, maskOf } from './arithmetic.ts';

/** Reads a `type` (with `splat`, one element into all lanes; `type` is then the vector's) at `address + offset`. */
export function loadFrom(
  m: binaryen.Module,
  type: KernelType,
  splat: boolean,
  address: Expression,
  offset: number,
): Expression {
  const at = split(m, address, offset);
  switch (type) {
    case 'i32':
      return m.i32.load(at.offset, 4, at.address);
    case 'f32':
      return m.f32.load(at.offset, 4, at.address);
    case 'bool':
      return m.i32.load8_u(at.offset, 1, at.address);
    case 'boolx4':
      return splat
        ? m.i32x4.splat(maskOf(m, m.i32.load8_u(at.offset, 1, at.address)))
        : unpack(m, at.address, at.offset);
    default:
      return splat ? m.v128.load32_splat(at.offset, 4, at.address) : m.v128.load(at.offset, 1, at.address);
  }
}

/** A `type` to be written at `address + offset`; with `lane`, only that lane of a vector. */
export interface Store {
  readonly type: KernelType;
  readonly address: Expression;
  readonly offset: number;
  readonly value: Expression;
  readonly lane?: number;
}

export function storeTo(m: binaryen.Module, { type, address, offset, value, lane }: Store): Expression {
  const at = split(m, address, offset);
  switch (type) {
    case 'i32':
      return m.i32.store(at.offset, 4, at.address, value);
    case 'f32':
      return m.f32.store(at.offset, 4, at.address, value);
    case 'bool':
      return m.i32.store8(at.offset, 1, at.address, value);
    case 'boolx4':
      return lane === undefined
        ? m.v128.store32_lane(at.offset, 1, 0, at.address, pack(m, value))
        : m.i32.store8(at.offset, 1, at.address, maskOf(m, m.i32x4.extract_lane(value, lane)));
    default:
      if (lane === undefined) return m.v128.store(at.offset, 1, at.address, value);
      // Lane 0 is the scalar register itself: a plain scalar store is shorter.
      return lane === 0
        ? m.f32.store(at.offset, 4, at.address, m.f32x4.extract_lane(value, 0))
        : m.v128.store32_lane(at.offset, 4, lane, at.address, value);
  }
}

function split(m: binaryen.Module, address: Expression, offset: number): { address: Expression; offset: number } {
  if (offset >= 0) return { address, offset };
  return { address: m.i32.add(address, m.i32.const(offset)), offset: 0 };
}

/** Four bytes 0 or 1 to four lanes 0 or -1. */
function unpack(m: binaryen.Module, address: Expression, offset: number): Expression {
  const bytes = m.v128.load32_zero(offset, 1, address);
  return m.i32x4.neg(m.i32x4.extend_low_i16x8_u(m.i16x8.extend_low_i8x16_u(bytes)));
}

const packed = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12];

/** Four lanes 0 or -1 to four bytes 0 or 1 in the lowest lane. */
function pack(m: binaryen.Module, mask: Expression): Expression {
  // Negated first, so that the value is needed once: lanes are 0 or 1 and so are their lowest bytes.
  return m.i8x16.shuffle(m.i32x4.neg(mask), m.v128.const(new Uint8Array(16)), packed);
}
