/** What the kernel instructions compute, for one lane. Truth values are 0 and 1; integers wrap at 32 bits. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { roundingOf } from '../rounding.ts';
import type { BinaryCode, KernelType, UnaryCode } from './code.ts';

const word = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  word.setFloat32(0, value);
  return word.getInt32(0);
}

function floatOf(bits: number): number {
  word.setInt32(0, bits);
  return word.getFloat32(0);
}

/** `type` is the one-lane type of the operand. */
export function unary(code: UnaryCode, type: KernelType, a: number): number {
  switch (code) {
    case 'neg':
      return type === 'f32' ? -a : -a | 0;
    case 'abs':
      return type === 'f32' ? Math.abs(a) : Math.abs(a) | 0;
    case 'sqrt':
      return Math.fround(Math.sqrt(a));
    case 'floor':
      return Math.floor(a);
    case 'ceil':
      return Math.ceil(a);
    case 'trunc':
      return Math.trunc(a);
    case 'nearest':
      return nearest(a);
    case 'half':
      return roundingOf('f16', Math.fround)(a);
    case 'brain':
      return roundingOf('bf16', Math.fround)(a);
    case 'not':
      return type === 'bool' ? 1 - a : ~a;
    case 'bits':
      return bitsOf(a);
    case 'float':
      return floatOf(a);
    case 'convert':
      return Math.fround(a);
    case 'truncate':
      return Number.isNaN(a) ? 0 : Math.trunc(Math.min(2147483647, Math.max(-2147483648, a)));
    case 'level':
      return level(Math.max(a, -(2 ** 22)));
    case 'levelAbove':
      return level(Math.max(a, 0));
    case 'splat':
    case 'widen':
      return a;
  }
}

/** 1.5 · 2^23. The last bit of floats near it counts 1, so that adding it rounds to whole numbers. */
export const unitFloat = 12582912;

/** How many units the bits of `a + unitFloat` are beyond those of {@link unitFloat}. */
function level(a: number): number {
  return Number.isNaN(a) ? 0 : (bitsOf(Math.fround(a + unitFloat)) - bitsOf(unitFloat)) | 0;
}

/** To the nearest integer, ties to even; the sign of zero is kept. */
function nearest(a: number): number {
  const down = Math.floor(a);
  const up = Math.ceil(a);
  if (a - down !== up - a) return a - down < up - a ? down : up;
  return down % 2 === 0 ? down : up;
}

/** `type` is the one-lane type of the operands. */
export function binary(code: BinaryCode, type: KernelType, a: number, b: number): number {
  return compare(code, a, b) ?? (type === 'f32' ? float(code, a, b) : integer(code, a, b));
}

function compare(code: BinaryCode, a: number, b: number): number | undefined {
  switch (code) {
    case 'eq':
      return Number(a === b);
    case 'ne':
      return Number(a !== b);
    case 'lt':
      return Number(a < b);
    case 'le':
      return Number(a <= b);
    case 'gt':
      return Number(a > b);
    case 'ge':
      return Number(a >= b);
    case 'ltu':
      return Number(a >>> 0 < b >>> 0);
    default:
      return undefined;
  }
}

function float(code: BinaryCode, a: number, b: number): number {
  switch (code) {
    case 'add':
      return Math.fround(a + b);
    case 'sub':
      return Math.fround(a - b);
    case 'mul':
      return Math.fround(a * b);
    case 'div':
      return Math.fround(a / b);
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    default:
      throw new InternalError('interpret', `${code} does not work on floats`);
  }
}

function integer(code: BinaryCode, a: number, b: number): number {
  switch (code) {
    case 'add':
      return (a + b) | 0;
    case 'sub':
      return (a - b) | 0;
    case 'mul':
      return Math.imul(a, b);
    case 'div':
      return divide(a, b);
    case 'rem':
      return b === 0 ? divide(a, b) : (a % b) | 0;
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'shl':
      return a << b;
    case 'shr':
      return a >> b;
    case 'shru':
      return (a >>> b) | 0;
    case 'mulhu':
      return Number((BigInt(a >>> 0) * BigInt(b >>> 0)) >> 32n) | 0;
    default:
      throw new InternalError('interpret', `${code} does not work on integers`);
  }
}

/** `c`, and the products of the four signed bytes of `a` with those of `b`. */
export function dotOfBytes(a: number, b: number, c: number): number {
  const byte = (word: number, shift: number): number => (word << (24 - shift)) >> 24;
  const products = [0, 8, 16, 24].map(shift => byte(a, shift) * byte(b, shift));
  return products.reduce((sum, product) => (sum + product) | 0, c);
}

/** As in wasm, division by zero and the one overflow trap. */
function divide(a: number, b: number): number {
  if (b === 0 || (a === -2147483648 && b === -1)) throw new InternalError('interpret', `${a} / ${b} traps`);
  return Math.trunc(a / b) | 0;
}
