/** Polynomials by Horner's rule, from the highest coefficient down. */
import type { KernelBuilder, KernelValue } from '@tessera/graph';
import { isVector } from '@tessera/graph';

/** c₀ + c₁·x + c₂·x² + …; correct with fused and with unfused `fma`. */
export function horner(k: KernelBuilder, x: KernelValue, coefficients: readonly number[]): KernelValue {
  const last = coefficients.length - 1;
  let sum = constantLike(k, x, coefficients[last]);
  for (let i = last - 1; i >= 0; i--) sum = k.fma(sum, x, constantLike(k, x, coefficients[i]));
  return sum;
}

/** An f32 constant with as many lanes as `x`. */
export function constantLike(k: KernelBuilder, x: KernelValue, value: number): KernelValue {
  return isVector(x.type) ? k.constant('f32x4', Math.fround(value)) : k.f32(value);
}
