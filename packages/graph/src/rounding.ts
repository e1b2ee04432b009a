/** What a computed real becomes when it is an element of a tensor. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Round } from './op/op.ts';
import type { ElementType } from './types.ts';

/**
 * The rounding of results of type `element`. `round` is that of f32: `Math.fround`, or the identity for checks in 64 bits, where
 * the other float types are not rounded either. Integers are truncated; those of 32 bits wrap, those of 8 bits saturate.
 */
export function roundingOf(element: ElementType, round: Round): Round {
  switch (element) {
    case 'f32':
      return round;
    case 'f16':
    case 'bf16':
      if (isExact(round)) return round;
      return element === 'f16' ? toHalf : toBrain;
    case 'i32':
      return x => Math.trunc(x) | 0;
    case 'i8':
      return x => clamp(x, -128, 127);
    case 'u8':
      return x => clamp(x, 0, 255);
    case 'bool':
      return x => (x === 0 ? 0 : 1);
  }
}

function isExact(round: Round): boolean {
  return round(1 + 2 ** -40) !== 1;
}

/** To 11 significant bits, ties to even; subnormal below 2^-14, infinite from 65520 on. */
function toHalf(x: number): number {
  return toBits(x, 10, -14, 65520);
}

/** To 8 significant bits over the range of f32. */
function toBrain(x: number): number {
  return toBits(x, 7, -126, 2 ** 128 * (1 - 2 ** -9));
}

function toBits(x: number, fraction: number, smallestExponent: number, overflow: number): number {
  if (!Number.isFinite(x) || x === 0) return x;
  if (Math.abs(x) >= overflow) return Math.sign(x) * Number.POSITIVE_INFINITY;
  const exponent = Math.max(smallestExponent, Math.floor(Math.log2(Math.abs(x))));
  const unit = 2 ** (exponent - fraction);
  const scaled = x / unit;
  const down = Math.floor(scaled);
  const rest = scaled - down;
  const rounded = rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
  if (Number.isNaN(rounded)) throw new InternalError('round', `cannot round ${x}`);
  return rounded === 0 ? Math.sign(x) * 0 : rounded * unit;
}

/** NaN becomes zero, as in a conversion of WebAssembly that saturates. */
function clamp(x: number, least: number, most: number): number {
  return Number.isNaN(x) ? 0 : Math.max(least, Math.min(most, Math.trunc(x))) + 0;
}
