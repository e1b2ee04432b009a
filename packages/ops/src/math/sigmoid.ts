/** tanh and the logistic function, from exponentials that cannot overflow. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { exp, expm1OfNegative } from './exponential.ts';

/** `magnitude` ≥ 0 with the sign of `sign`; NaN stays NaN. */
export function withSign(k: KernelBuilder, magnitude: KernelValue, sign: KernelValue): KernelValue {
  return k.float(k.or(k.bits(magnitude), k.and(k.bits(sign), -(2 ** 31))));
}

/** tanh x within 4 ulp: -t / (t + 2) with t = e^(-2|x|) - 1, which keeps its relative precision near 0. */
export function tanh(k: KernelBuilder, x: KernelValue): KernelValue {
  const t = expm1OfNegative(k, k.mul(k.abs(x), -2));
  const magnitude = k.abs(k.div(t, k.add(t, 2)));
  return withSign(k, magnitude, x);
}

/** 1 / (1 + e^-x) within 4 ulp, down to denormal results: with t = e^-|x| either 1 / (1 + t) or t / (1 + t). */
export function sigmoid(k: KernelBuilder, x: KernelValue): KernelValue {
  const t = exp(k, k.neg(k.abs(x)));
  return k.div(k.select(k.ge(x, 0), 1, t), k.add(t, 1));
}
