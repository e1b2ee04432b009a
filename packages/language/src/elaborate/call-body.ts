/**
 * What calls of blocks, models and optimisers have in common: the limit of nesting, the argument `training`, and the values of parameters.
 */
import type { Parameter } from '../ast.ts';
import type { Bound, CallSite } from './arguments.ts';
import { evaluate, type Steps } from './evaluation.ts';
import { type Frame, report, within } from './frame.ts';
import { describe, poison, type Value } from './value.ts';

/** Runs the body of a call, unless calls are nested too deeply. */
export function* nestedCall(frame: Frame, site: CallSite, body: Steps<Value>): Steps<Value> {
  const entered = within(frame, frame.budget.enterCall(), site.span);
  const value = entered ? yield* body : poison;
  frame.budget.leaveCall();
  return value;
}

/** Takes `training: …` out of the arguments. Its value holds for everything that the call calls. */
export function takeTraining(
  frame: Frame,
  site: CallSite,
): { readonly rest: CallSite; readonly training: boolean | undefined } {
  const given = site.named.find(({ name }) => name.text === 'training');
  if (given === undefined) return { rest: site, training: frame.training };
  const rest = { ...site, named: site.named.filter(other => other !== given) };
  const { value, span } = given.argument;
  if (value.kind === 'boolean') return { rest, training: value.value };
  if (value.kind !== 'poison') {
    report(frame, { code: 'bad-argument', message: `training must be true or false, not ${describe(value)}`, span });
  }
  return { rest, training: undefined };
}

/** Declares the parameters with their arguments or defaults. A default may use the parameters before it. */
export function* bindParameters(inner: Frame, parameters: readonly Parameter[], bound: Bound): Steps<void> {
  for (const { name, default: fallback } of parameters) {
    const given = bound.get(name.text)?.value;
    const value = given ?? (fallback === undefined ? poison : yield evaluate(inner, fallback));
    inner.scope.declare({ kind: 'parameter', name: name.text, span: name.span, value });
  }
}
