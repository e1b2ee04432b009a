/** `if`: the condition is known while compiling, and only the branch it chooses is evaluated. */
import type { Expression, If } from '../ast.ts';
import { runBranch } from './bodies.ts';
import { evaluate, type Steps } from './evaluation.ts';
import { type Frame, report } from './frame.ts';
import { unknownBranches } from './unknown-branches.ts';
import { describe, nothing, type Value } from './value.ts';

/** The value of the branch that the conditions choose; `nothing` if none of them holds and there is no `else`. */
export function* evaluateIf(frame: Frame, expression: If): Steps<Value> {
  for (let branch: If = expression; ; ) {
    const condition = yield* truthOf(frame, branch.condition);
    if (condition === undefined) return unknownBranches(frame, branch);
    if (condition) return yield runBranch(frame, branch.then);
    if (branch.otherwise === undefined) return nothing;
    if (!('kind' in branch.otherwise)) return yield runBranch(frame, branch.otherwise);
    branch = branch.otherwise;
  }
}

/** The condition's value; undefined after a report if it is not a truth value that is known at compile time. */
function* truthOf(frame: Frame, condition: Expression): Steps<boolean | undefined> {
  const value = yield evaluate(frame, condition);
  if (value.kind === 'boolean') return value.value;
  if (value.kind === 'poison') return undefined;
  const tensor = value.kind === 'tensor';
  report(frame, {
    code: 'bad-condition',
    message: tensor
      ? `the condition is ${describe(value)}, and only a compile-time value can decide an if`
      : `a condition must be true or false, not ${describe(value)}`,
    span: condition.span,
    help: tensor ? 'choose elementwise with where(condition, a, b)' : undefined,
  });
  return undefined;
}
