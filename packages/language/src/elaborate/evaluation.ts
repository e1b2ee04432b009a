/**
 * Evaluation without the stack of JavaScript: whatever evaluates an expression is a generator that yields what it needs evaluated and
 * is resumed with the value. `run` keeps the open generators in an array, so that neither nesting nor recursion can overflow.
 *
 * `yield evaluate(…)` gives a `Value` from any depth; `yield* part(…)` runs a part of the same step, with a result of any type.
 */
import { nothing, type Value } from './value.ts';

export type Steps<T> = Generator<Pending, T, Value>;

/** A value at once where nothing is to be evaluated, else the steps to it. */
export type Pending = Steps<Value> | Value;

export function run(first: Pending): Value {
  if ('kind' in first) return first;
  const open = [first];
  let value: Value = nothing;
  while (open.length > 0) {
    const step = open[open.length - 1].next(value);
    if (step.done === true) {
      open.pop();
      value = step.value;
    } else if ('kind' in step.value) {
      value = step.value;
    } else {
      open.push(step.value);
      value = nothing;
    }
  }
  return value;
}
