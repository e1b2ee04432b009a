/** What names stand for inside a body. An inner scope may use a name of an outer one again; within one scope each name is unique. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { ElementType, TensorType, VariableId } from '@tessera-dnn/graph';
import type { Value } from './value.ts';

export type BindingKind = 'let' | 'var' | 'param' | 'state' | 'parameter' | 'input' | 'dimension' | 'loop';

export interface Binding {
  readonly kind: BindingKind;
  readonly name: string;
  readonly span: Span;
  /**
   * The value; `=` replaces that of a `var`. The current value of a param or state is read from the program instead, where `:=` may have
   * replaced it.
   */
  value: Value;
  /** Set on params and states. */
  readonly variable?: VariableId;
  /** Set on params and states that are a record: the variables of its fields. */
  readonly variables?: ReadonlyMap<string, VariableId>;
  /**
   * The element type that a reader of the variable sees, and that a new value must have, where it is not the one that is stored: an optimiser
   * works in f32. A new value is rounded to what is stored.
   */
  readonly seenAs?: ElementType;
  /** The declared type, if one was written. */
  readonly declared?: TensorType;
}

/** The names of one body, inside those of the bodies around it. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  /** Adds the binding. If this scope has the name already, returns the earlier binding and adds nothing. */
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
