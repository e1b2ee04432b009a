/** Elements in memory: what their bytes mean, and what becomes of a number that is stored as one. Little-endian, as WebAssembly is. */
import { roundingOf } from './rounding.ts';
import type { ElementType } from './types.ts';

/** The element at byte `address`, as a number; a `bool` is 0 or 1. */
export function readElement(view: DataView, element: ElementType, address: number): number {
  switch (element) {
    case 'f32':
      return view.getFloat32(address, true);
    case 'f16':
      return halfFrom(view.getUint16(address, true));
    case 'bf16':
      return brainFrom(view.getUint16(address, true));
    case 'i32':
      return view.getInt32(address, true);
    case 'i8':
      return view.getInt8(address);
    case 'u8':
    case 'bool':
      return view.getUint8(address);
  }
}

/** Stores `value` as an element at byte `address`, rounded as `roundingOf` has it. */
export function writeElement(view: DataView, element: ElementType, address: number, value: number): void {
  const rounded = roundingOf(element, Math.fround)(value);
  switch (element) {
    case 'f32':
      view.setFloat32(address, rounded, true);
      break;
    case 'f16':
    case 'bf16':
      view.setUint16(address, bits16Of(element, value), true);
      break;
    case 'i32':
      view.setInt32(address, rounded, true);
      break;
    case 'i8':
      view.setInt8(address, rounded);
      break;
    case 'u8':
    case 'bool':
      view.setUint8(address, rounded);
  }
}

/** The 16 bits that hold `value`, rounded as `roundingOf` has it, in a half or a bf16. */
function bits16Of(element: 'f16' | 'bf16', value: number): number {
  const rounded = roundingOf(element, Math.fround)(value);
  return element === 'f16' ? halfBits(rounded) : brainBits(rounded);
}

/** IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfFrom(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bits of a number that a half can hold. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | (size * 2 ** (10 - exponent) - 1024);
}

const single = new DataView(new ArrayBuffer(4));

/** The upper half of an f32. */
function brainFrom(bits: number): number {
  single.setUint32(0, bits << 16);
  return single.getFloat32(0);
}

/** The bits of a number that a bf16 can hold. */
function brainBits(value: number): number {
  single.setFloat32(0, value);
  return Number.isNaN(value) ? 0x7fc0 : single.getUint32(0) >>> 16;
}
