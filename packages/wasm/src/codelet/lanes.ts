/** Constants, lanes, and the vector instructions that need more than a table entry. A `boolx4` is a v128 whose lanes are all ones or zeros. */
import type { KernelType } from '@tessera-dnn/graph/kernel';
import binaryen from 'binaryen';
import { maskOf } from './arithmetic.ts';
import type { Expression, Scratch } from './expression.ts';

/** The wasm type of a register; a `bool` is an i32, 0 or 1. */
export function wasmType(type: KernelType): number {
  switch (type) {
    case 'i32':
    case 'bool':
      return binaryen.i32;
    case 'f32':
      return binaryen.f32;
    default:
      return binaryen.v128;
  }
}

/** `value` in a register of one lane of `type`: an i32 wraps to 32 bits, a bool is 1 for all but 0. */
export function scalarConstant(m: binaryen.Module, type: KernelType, value: number): Expression {
  if (type === 'f32') return m.f32.const(value);
  return m.i32.const(type === 'bool' ? Number(value !== 0) : value | 0);
}

/** `value` in all four lanes. */
export function vectorConstant(m: binaryen.Module, type: KernelType, value: number): Expression {
  const bytes = new ArrayBuffer(16);
  if (type === 'f32x4') new Float32Array(bytes).fill(value);
  else new Int32Array(bytes).fill(type === 'boolx4' ? -Number(value !== 0) : value | 0);
  return m.v128.const(new Uint8Array(bytes));
}

/** `type` is the vector's. */
export function extractLane(m: binaryen.Module, type: KernelType, vector: Expression, lane: number): Expression {
  if (type === 'f32x4') return m.f32x4.extract_lane(vector, lane);
  const element = m.i32x4.extract_lane(vector, lane);
  return type === 'boolx4' ? maskOf(m, element) : element;
}

/** `vector`, of `type`, with `scalar` in its lane `lane` (0 to 3). A bool scalar (0 or 1) becomes the lane's mask. */
export function replaceLane(
  m: binaryen.Module,
  type: KernelType,
  vector: Expression,
  lane: number,
  scalar: Expression,
): Expression {
  if (type === 'f32x4') return m.f32x4.replace_lane(vector, lane, scalar);
  return m.i32x4.replace_lane(vector, lane, type === 'boolx4' ? maskOf(m, scalar) : scalar);
}

/** Lanes `lanes[i]` of the eight of `left` then `right`. */
export function shuffleLanes(
  m: binaryen.Module,
  left: Expression,
  right: Expression,
  lanes: readonly number[],
): Expression {
  return m.i8x16.shuffle(
    left,
    right,
    lanes.flatMap(lane => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  );
}

/**
 * Minimum or maximum with a constant. The instructions `f32x4.min` and `max` take about eight x86 instructions for NaN and the sign of
 * zero; `pmin(x, c) = c < x ? c : x` takes one, gives x if that is NaN, and differs only in which zero it gives: `max(-0, +0)`
 * (put right by adding +0) and `min(+0, -0)`. Undefined where the plain instruction must do it.
 */
export function clampVector(
  m: binaryen.Module,
  code: 'min' | 'max',
  value: Expression,
  bound: Expression,
  number: number,
): Expression | undefined {
  if (Number.isNaN(number) || (code === 'min' && Object.is(number, -0))) return undefined;
  if (code === 'min') return m.f32x4.pmin(value, bound);
  const largest = m.f32x4.pmax(value, bound);
  return Object.is(number, 0) ? m.f32x4.add(largest, m.v128.const(new Uint8Array(16))) : largest;
}

/** Pieces of so many bytes of both vectors in turn, from their lower or their upper halves. */
export function zipBytes(
  m: binaryen.Module,
  left: Expression,
  right: Expression,
  { bytes, high }: { readonly bytes: number; readonly high: boolean },
): Expression {
  const from = (at: number): number =>
    16 * (Math.floor(at / bytes) % 2) + Math.floor(at / 2 / bytes) * bytes + (at % bytes);
  return m.i8x16.shuffle(
    left,
    right,
    Array.from({ length: 16 }, (_, at) => from(at) + (high ? 8 : 0)),
  );
}

interface Untyped {
  readonly _BinaryenSIMDTernary: (
    module: number,
    operation: number,
    a: Expression,
    b: Expression,
    c: Expression,
  ) => Expression;
}

/** a·b + c, fused where the machine can. Binaryen 132 has the instruction, but no method for it in its typed interface. */
export function relaxedMultiplyAdd(m: binaryen.Module, a: Expression, b: Expression, c: Expression): Expression {
  const untyped = binaryen as unknown as Untyped;
  return untyped._BinaryenSIMDTernary(m.ptr, binaryen.RelaxedMaddVecF32x4, a, b, c);
}

/** c and the products of the signed bytes of a with those of b, which may not be negative; where machines have it, one instruction. */
export function relaxedDot(m: binaryen.Module, a: Expression, b: Expression, c: Expression): Expression {
  const untyped = binaryen as unknown as Untyped;
  return untyped._BinaryenSIMDTernary(m.ptr, binaryen.RelaxedDotI8x16I7x16AddSToVecI32x4, a, b, c);
}

/** The same with what all machines have: bytes at even places as halves, then those at odd places. */
export function plainDot(m: binaryen.Module, [a, b, c]: readonly Expression[], scratch: Scratch): Expression {
  const left = scratch.keep(a, 'i32x4');
  const right = scratch.keep(b, 'i32x4');
  const eight = (): Expression => m.i32.const(8);
  const low = (halves: Expression): Expression => m.i16x8.shr_s(m.i16x8.shl(halves, eight()), eight());
  const high = (halves: Expression): Expression => m.i16x8.shr_s(halves, eight());
  const even = m.i32x4.dot_i16x8_s(low(left.first), low(right.first));
  const odd = m.i32x4.dot_i16x8_s(high(left.again()), high(right.again()));
  return m.i32x4.add(m.i32x4.add(even, odd), c);
}
