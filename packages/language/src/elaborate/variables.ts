/**
 * The variables of a module by path. Models share them: the same path with the same kind and type in two models is one variable. Within one
 * call of a model a path can be declared once; a second call of the same model uses the variables of the first.
 */
import type { TensorType, Variable, VariableId, VariableKind } from '@tessera-dnn/graph';
import { sameType, showType } from '@tessera-dnn/graph';

/** The variables that the programs of a module have declared so far, by path and by number. */
export class VariableTable {
  readonly #byPath = new Map<string, VariableId>();
  readonly #variables: Variable[] = [];

  get all(): readonly Variable[] {
    return this.#variables;
  }

  get(id: VariableId): Variable {
    return this.#variables[id];
  }

  find(path: string): VariableId | undefined {
    return this.#byPath.get(path);
  }

  /** The program asks for the element type that the variable has. */
  demand(id: VariableId): void {
    this.#variables[id] = { ...this.#variables[id], exact: true };
  }

  /**
   * Declares a variable. If the path exists already with the same kind and type, this is that variable; with another kind or type, the
   * result is the clash.
   */
  declare(variable: Variable): { readonly id: VariableId } | { readonly clash: Variable } {
    const known = this.#byPath.get(variable.path);
    if (known !== undefined) {
      const earlier = this.#variables[known];
      const agrees = earlier.kind === variable.kind && sameType(earlier.type, variable.type);
      return agrees ? { id: known } : { clash: earlier };
    }
    const id = this.#variables.length as VariableId;
    this.#variables.push(variable);
    this.#byPath.set(variable.path, id);
    return { id };
  }
}

/** A state that is not declared in the source, which begins with one number. */
export function builtInState(path: string, type: TensorType, first: number): Variable {
  return { path, kind: 'state', type, initialiser: { kind: 'constant', value: first }, origin: {} };
}

/** `param f32[4]`, for messages. */
export function showVariable(kind: VariableKind, type: TensorType): string {
  return `${kind} ${showType(type)}`;
}
