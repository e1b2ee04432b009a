/**
 * Evaluation without recursion on JavaScript's stack. A function that evaluates an expression is a generator: it yields a request for each
 * value it needs and is resumed with that value. `run` (run.ts) keeps the suspended generators in an array, so that neither nesting nor
 * recursion of the program can overflow the stack.
 *
 * A request names the expression or the body; the generator does not call the function that evaluates it. So the files that evaluate single
 * kinds of expressions need not import the one for all kinds, and only `run.ts` imports everything.
 *
 * `yield evaluate(…)` returns a `Value`, however deep its evaluation is; `yield* part(…)` runs a part of the same step, which may return
 * anything.
 */
import type { Body, Expression } from '../ast.ts';
import type { Argument } from './arguments.ts';
import type { Frame } from './frame.ts';
import type { Value } from './value.ts';

/** Asks for the value of an expression, or for that of the statements of a body, in this frame. */
export type Request =
  | { readonly frame: Frame; readonly expression: Expression }
  | { readonly frame: Frame; readonly body: Body };

export type Steps<T> = Generator<Pending | Request, T, Value>;

/** A value, if nothing is left to be evaluated, or the steps that lead to one. */
export type Pending = Steps<Value> | Value;

/** Asks for the value of an expression where one is needed. */
export function evaluate(frame: Frame, expression: Expression): Request {
  return { frame, expression };
}

/** The value together with the place of its expression. */
export function* evaluateArgument(frame: Frame, expression: Expression): Steps<Argument> {
  return { value: yield evaluate(frame, expression), span: expression.span, expression };
}
