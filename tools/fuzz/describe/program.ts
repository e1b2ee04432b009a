/**
 * A random file of the language as data. The generator draws it, the shrinker makes it smaller, and `text.ts` writes it as text. Everything
 * in a body has a unique name, which is also its name in the text.
 */
import type { TensorType } from '@tessera-dnn/graph';

/** A file: blocks first, then programs. A body may call the bodies before it. */
export interface FileDescription {
  readonly bodies: readonly Body[];
  /** Whether the blocks stand in a second file, which the first imports. */
  readonly imported?: boolean;
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
  /** Whether the body ends in an expression, not in a `return`; it has one output, and is no train. */
  readonly endsPlainly?: boolean;
  /** Whether the program expects a peak, one that it always keeps. */
  readonly expectsPeak?: boolean;
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

/** `let name = call`, or the call in a conditional or a loop that gives the same type. */
export interface Binding extends Typed {
  readonly kind: 'let';
  readonly call: Call;
  readonly within?: Conditional | Loop;
}

/** The value is that of the call where the constant is at least 1, and else that of `otherwise`, which has its type. */
export interface Conditional {
  readonly kind: 'if';
  readonly constant: Constant;
  readonly otherwise: string;
  /** `let v = if c { call } else { otherwise }`, or `var v = otherwise`, which is assigned in an `if`. */
  readonly as: 'expression' | 'statement';
}

/** The value begins as the call's first operand, and the call is repeated on it, as often as the constant says. */
export interface Loop {
  readonly kind: 'for';
  readonly constant: Constant;
}

/** `const name = written`, in the file that uses it; in the first file, `--set` may say that it is another number. */
export interface Constant {
  readonly name: string;
  readonly written: number;
  readonly set?: number;
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
  readonly states?: 'f32' | 'f16' | 'bf16';
  readonly master?: 'f32';
  /** A number, or `automatic` with or without arguments. */
  readonly scale?: number | string;
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
      return [...namesIn(statement.call), ...(statement.within?.kind === 'if' ? [statement.within.otherwise] : [])];
    case 'assign':
      return [statement.value];
    case 'minimize':
      return [statement.loss, ...namesIn(statement.optimiser)];
  }
}

function namesIn({ operands }: Call): readonly string[] {
  return operands.filter(operand => typeof operand === 'string');
}
