/** Polynomials by Horner's rule. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { isVector } from '@tessera-dnn/graph/kernel';

/** a·b + c, in one of two ways. */
export type MultiplyAdd = (k: KernelBuilder, a: KernelValue, b: KernelValue, c: KernelValue) => KernelValue;

/** a·b + c with one rounding if the machine can do that and the math is fast; otherwise with two. */
export const fused: MultiplyAdd = (k, a, b, c) => k.fma(a, b, c);

/** a·b + c always with two roundings, for results that must not depend on the math mode or on the number of lanes. */
export const twice: MultiplyAdd = (k, a, b, c) => k.add(k.mul(a, b), c);

/** c₀ + c₁·x + c₂·x² + … for f32 in one lane or four. */
export function horner(
  k: KernelBuilder,
  x: KernelValue,
  coefficients: readonly number[],
  multiplyAdd = fused,
): KernelValue {
  const last = coefficients.length - 1;
  let sum = constantLike(k, x, coefficients[last]);
  for (let i = last - 1; i >= 0; i--) sum = multiplyAdd(k, sum, x, constantLike(k, x, coefficients[i]));
  return sum;
}

/** An f32 constant with as many lanes as `x`. */
export function constantLike(k: KernelBuilder, x: KernelValue, value: number): KernelValue {
  return isVector(x.type) ? k.constant('f32x4', Math.fround(value)) : k.f32(value);
}
