/** Rounding and clamping in a few cheap instructions; wasm's own are long on most machines, as they settle every special case. */
import type { KernelBuilder, KernelValue } from '@tessera/graph';

/** 1.5 · 2²³: an f32 near it counts in ones, its low bits being the integer. */
const counter = 2 ** 23 + 2 ** 22;
const counterBits = 0x4b400000;

export interface Whole {
  /** The nearest whole number, ties to even, as f32 and as i32. */
  readonly whole: KernelValue;
  readonly integer: KernelValue;
}

/** For |x| ≤ 2²¹; of larger numbers and NaN it makes nonsense (`whole` stays NaN for NaN). */
export function nearestWhole(k: KernelBuilder, x: KernelValue): Whole {
  const counted = k.add(x, counter);
  return { whole: k.sub(counted, counter), integer: k.sub(k.bits(counted), counterBits) };
}

/** x within [low, high]; NaN stays NaN. */
export function clamp(k: KernelBuilder, x: KernelValue, low: number, high: number): KernelValue {
  const above = k.select(k.gt(x, high), high, x);
  return k.select(k.lt(x, low), low, above);
}
