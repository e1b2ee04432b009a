/**
 * A random file of the language as data. The generator draws it, the shrinker makes it smaller, and `text.ts` writes it as text. Everything
 * in a body has a unique name, which is also its name in the text.
 */
import type { TensorType } from '@tessera-dnn/graph';

/** A file: blocks first, then programs. A body may call the bodies before it. */
export interface FileDescription {
  readonly bodies: readonly Body[];
}

export type BodyKind = 'block' | 'model' | 'train';

export interface Body {
  readonly kind: BodyKind;
  readonly name: string;
  /** The inputs. A block accepts whatever it is given, and its types here are those of its first call. */
  readonly inputs: readonly Typed[];
  readonly variables: readonly Variable[];
  readonly statements: readonly Statement[];
  /** The names of the values that are returned; a block has one. */
  readonly outputs: readonly string[];
}

export interface Typed {
  readonly name: string;
  readonly type: TensorType;
}

export interface Variable extends Typed {
  readonly kind: 'param' | 'state';
  /** The initialiser as it is written after the `=`. */
  readonly first: string;
}

export type Statement = Binding | Assignment | Minimisation;

/** `let name = call` */
export interface Binding extends Typed {
  readonly kind: 'let';
  readonly call: Call;
}

/** `variable := value` */
export interface Assignment {
  readonly kind: 'assign';
  readonly variable: string;
  readonly value: string;
}

export interface Minimisation {
  readonly kind: 'minimize';
  readonly loss: string;
  readonly optimiser: Call;
  readonly only?: readonly string[];
  readonly clip?: number;
  readonly accumulate?: number;
}

/** An operation of the table, a block of the prelude, or one of the file's own. */
export interface Call {
  readonly callee: string;
  readonly operands: readonly Operand[];
  readonly args: Args;
  /** `as label` */
  readonly label?: string;
}

/** A value by its name, or a number beside a tensor operand. */
export type Operand = string | number;

export type Args = { readonly [name: string]: Arg | undefined };

/** A compile-time argument; a call is a schedule in the place of a rate. */
export type Arg = number | string | boolean | readonly Arg[] | Call;

/** The callee of an indexing `x[index]`; the text of the index is the argument `index`. */
export const indexing = 'index';

export function isCall(arg: Arg): arg is Call {
  return typeof arg === 'object' && 'callee' in arg;
}

/** Everything that a body can refer to by name, with types. */
export function valuesOf({ inputs, variables, statements }: Body): readonly Typed[] {
  return [...inputs, ...variables, ...statements.filter(statement => statement.kind === 'let')];
}

/** The names of the values that a statement reads. */
export function readsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'let':
      return namesIn(statement.call);
    case 'assign':
      return [statement.value];
    case 'minimize':
      return [statement.loss, ...namesIn(statement.optimiser)];
  }
}

function namesIn({ operands }: Call): readonly string[] {
  return operands.filter(operand => typeof operand === 'string');
}
