/** The ways partial results are combined, for kernels: on registers, and the value that changes nothing. */
import type { Combine } from '../op/split.ts';
import type { KernelBuilder } from './builder.ts';
import type { KernelValue } from './code.ts';

/** `a` and `b` combined, lane by lane. */
export function combineRegisters(k: KernelBuilder, combine: Combine, a: KernelValue, b: KernelValue): KernelValue {
  switch (combine) {
    case 'add':
      return k.add(a, b);
    case 'mul':
      return k.mul(a, b);
    case 'max':
      return k.max(a, b);
    case 'min':
      return k.min(a, b);
  }
}

const integers: Readonly<Record<Combine, number>> = { add: 0, mul: 1, max: -(2 ** 31), min: 2 ** 31 - 1 };
const floats: Readonly<Record<Combine, number>> = {
  add: 0,
  mul: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

/** What leaves every number as it is when combined with it. */
export function combineIdentity(type: 'f32' | 'i32', combine: Combine): number {
  return (type === 'f32' ? floats : integers)[combine];
}
