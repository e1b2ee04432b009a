/** Rounding and clamping in a few cheap instructions. Those of wasm take many on most machines, since they define every special case. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';

/** 1.5 · 2²³. The distance of neighbouring f32 near it is 1, so adding it rounds to a whole number, which is then in the low bits. */
const counter = 2 ** 23 + 2 ** 22;
const counterBits = 0x4b400000;

/** A rounded number. */
export interface Whole {
  /** The nearest whole number, ties to even, as f32 and as i32. */
  readonly whole: KernelValue;
  readonly integer: KernelValue;
}

/** The whole number nearest to x, for |x| ≤ 2²¹. For larger numbers it has no meaning; for NaN only `whole` has, which is NaN. */
export function nearestWhole(k: KernelBuilder, x: KernelValue): Whole {
  const counted = k.add(x, counter);
  return { whole: k.sub(counted, counter), integer: k.sub(k.bits(counted), counterBits) };
}

/** x, or `low` if it is below, or `high` if it is above; NaN stays NaN. */
export function clamp(k: KernelBuilder, x: KernelValue, low: number, high: number): KernelValue {
  const above = k.select(k.gt(x, high), high, x);
  return k.select(k.lt(x, low), low, above);
}
