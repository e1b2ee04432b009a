/**
 * The record fields of one kernel, by role: code that is written twice (for vectors and for the rest) reads the same field twice.
 * Roles, not values, are the key, so that two vertices whose numbers happen to be equal still share their code with others.
 */
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';

export class Numbers {
  readonly #k: KernelBuilder;
  readonly #known = new Map<string, KernelValue>();

  constructor(k: KernelBuilder) {
    this.#k = k;
  }

  field(role: string, value: number): KernelValue {
    const known = this.#known.get(role);
    if (known) return known;
    const field = this.#k.field(value);
    this.#known.set(role, field);
    return field;
  }

  /** A float that is no part of the code: its bits are the field. */
  float(role: string, value: number): KernelValue {
    if (this.#k.specialised) return this.#k.f32(value);
    const bits = new Int32Array(Float32Array.of(value).buffer)[0];
    return this.#k.float(this.field(role, bits));
  }

  /** `base + value` bytes; nothing is added for 0. */
  offset(base: KernelValue, role: string, value: number): KernelValue {
    return value === 0 ? base : this.#k.add(base, this.field(role, value));
  }

  /** `base + index · stride` bytes. */
  step(base: KernelValue, index: KernelValue | number, role: string, stride: number): KernelValue {
    if (stride === 0 || index === 0) return base;
    return this.#k.add(base, this.#k.mul(this.field(role, stride), index));
  }
}
