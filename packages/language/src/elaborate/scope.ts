/** Names and what they stand for inside a body. Inner scopes may shadow outer ones; one scope has each name once. */
import type { Span } from '@tessera/diagnostics';
import type { TensorType, VariableId } from '@tessera/graph';
import type { Value } from './value.ts';

export type BindingKind = 'let' | 'var' | 'param' | 'state' | 'parameter' | 'input' | 'dimension' | 'loop';

export interface Binding {
  readonly kind: BindingKind;
  readonly name: string;
  readonly span: Span;
  /** Rebound by `=` on a `var`. A param or state is read from the program instead, where `:=` may have replaced it. */
  value: Value;
  /** Set on params and states. */
  readonly variable?: VariableId;
  /** The type as it was written out, where it was. */
  readonly declared?: TensorType;
}

/** The names of one body, inside those of the bodies around it. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  /** Adds the binding, or gives the one of this very scope that has the name already. */
  declare(binding: Binding): Binding | undefined {
    const earlier = this.#bindings.get(binding.name);
    if (earlier === undefined) this.#bindings.set(binding.name, binding);
    return earlier;
  }

  find(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const binding = scope.#bindings.get(name);
      if (binding !== undefined) return binding;
    }
    return undefined;
  }
}
