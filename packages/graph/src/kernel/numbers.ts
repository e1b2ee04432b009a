/**
 * The numbers of one kernel, by role: code that is written twice (for vectors and for the rest) reads the same field twice.
 * Roles, not values, are the key, so that two vertices whose numbers happen to be equal still share their code with others.
 */
import type { KernelBuilder, Operand } from './builder.ts';
import type { KernelValue } from './code.ts';

/** The fields of the kernel that `k` builds, each made when its role is first asked for. */
export class KernelNumbers {
  readonly #k: KernelBuilder;
  readonly #prefix: string;
  readonly #known: Map<string, KernelValue>;

  /** Roles begin with `prefix`; `known` are the fields of a kernel that has some already. */
  constructor(k: KernelBuilder, prefix = '', known: Map<string, KernelValue> = new Map()) {
    this.#k = k;
    this.#prefix = prefix;
    this.#known = known;
  }

  /** The same numbers, for code whose roles have names of their own. */
  under(prefix: string): KernelNumbers {
    return new KernelNumbers(this.#k, `${this.#prefix}${prefix} `, this.#known);
  }

  /** The field in this role, which has `value` in the vertex that is recorded. */
  field(role: string, value: number): KernelValue {
    const key = this.#prefix + role;
    const field = this.#known.get(key) ?? this.#k.field(value);
    this.#known.set(key, field);
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

  /** `base + index · stride` bytes; nothing is added where the walk stands still. */
  step(base: KernelValue, index: Operand, role: string, stride: number): KernelValue {
    if (stride === 0 || index === 0) return base;
    if (typeof index === 'number') return this.offset(base, `${role} · ${index}`, index * stride);
    return this.#k.add(base, this.#k.mul(index, this.field(role, stride)));
  }
}
