/**
 * Evaluation without the stack of JavaScript: whatever evaluates an expression is a generator that yields what it needs evaluated and
 * is resumed with the value. `run` (run.ts) keeps the open generators in an array, so that neither nesting nor recursion can overflow.
 *
 * A generator asks for the value of an expression, or for a body to be run, by naming it; it does not call who does that. So the files that
 * evaluate the parts of an expression know nothing of expressions as a whole, and only `run.ts` knows all.
 *
 * `yield evaluate(…)` gives a `Value` from any depth; `yield* part(…)` runs a part of the same step, with a result of any type.
 */
import type { Body, Expression } from '../ast.ts';
import type { Argument } from './arguments.ts';
import type { Frame } from './frame.ts';
import type { Value } from './value.ts';

/** The value of an expression, or what the statements of a body come to, in this frame. */
export type Request =
  | { readonly frame: Frame; readonly expression: Expression }
  | { readonly frame: Frame; readonly body: Body };

export type Steps<T> = Generator<Pending | Request, T, Value>;

/** A value at once where nothing is to be evaluated, else the steps to it. */
export type Pending = Steps<Value> | Value;

/** Asks for the value of an expression where one is needed. */
export function evaluate(frame: Frame, expression: Expression): Request {
  return { frame, expression };
}

/** The value with the place it comes from. */
export function* evaluateArgument(frame: Frame, expression: Expression): Steps<Argument> {
  return { value: yield evaluate(frame, expression), span: expression.span, expression };
}
