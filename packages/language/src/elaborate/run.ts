/** Runs an evaluation: answers its requests until the value is there. */
import type { Pending, Request, Steps } from './evaluation.ts';
import { evaluateNeeded } from './expressions.ts';
import { runStatements } from './statements.ts';
import { nothing, type Value } from './value.ts';

/** The value that `first` comes to, with every request on the way answered in a loop. */
export function run(first: Pending): Value {
  if ('kind' in first) return first;
  const open: Steps<Value>[] = [first];
  let value: Value = nothing;
  while (open.length > 0) {
    const step = open[open.length - 1].next(value);
    const pending: Pending = step.done === true ? step.value : answer(step.value);
    if (step.done === true) open.pop();
    if ('kind' in pending) {
      value = pending;
    } else {
      open.push(pending);
      value = nothing;
    }
  }
  return value;
}

function answer(asked: Pending | Request): Pending {
  if (!('frame' in asked)) return asked;
  return 'body' in asked ? runStatements(asked.frame, asked.body) : evaluateNeeded(asked.frame, asked.expression);
}
