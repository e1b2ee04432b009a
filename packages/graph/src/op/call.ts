/**
 * What a call of an operation may say, and what may be wrong with it. The language asks it: which arguments an operation takes, and how it
 * refuses those that do not fit.
 */
import type { Code } from '../explain/catalogue.ts';
import type { ElementType } from '../types.ts';

/** Why a call is wrong. The language turns it into a diagnostic at the call. */
export interface Problem {
  readonly code: Code;
  /** One sentence, with both sides' values. */
  readonly message: string;
  /** Remarks to hang on single operands (`has 15 rows`). */
  readonly marks?: readonly { readonly operand: number; readonly message: string }[];
  /** The attribute that is wrong, if it is one. */
  readonly attribute?: string;
  readonly help?: string;
}

/** Whether what an operation gave back for its operands is a problem and no type. */
export function isProblem(value: object): value is Problem {
  return 'code' in value && 'message' in value && typeof value.message === 'string';
}

/** What a compile-time argument may be. `shape`, `axes`, `numbers` accept one number for a list of one, or for all axes, as the op says. */
export type ParameterKind = 'tensor' | 'tensors' | 'number' | 'integer' | 'boolean' | 'text' | 'list' | 'element';

/** One parameter as written in the language. Tensors become operands, in order; all else goes to `attributes`. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /**
   * What is taken if nothing is written. Absent: the argument is required. `null`: it may be left out, and is then missing from the
   * arguments.
   */
  readonly default?: Argument | null;
  /** Of a tensor: what holds for numbers that a program writes in its place. */
  readonly numbers?: WrittenNumbers;
}

/** What an operation knows of numbers that are written where it takes a tensor; of tensors it sees only the types. */
export interface WrittenNumbers {
  /** Their element type; undefined if it follows from the tensors beside them, as it usually does. */
  readonly element?: (args: Arguments) => ElementType | undefined;
  /** What is wrong with them, such as a scale of 0. */
  readonly refused?: (numbers: readonly number[]) => Problem | undefined;
}

/** A compile-time value of the language. */
export type Argument = number | string | boolean | readonly Argument[];
export type Arguments = { readonly [name: string]: Argument | undefined };
