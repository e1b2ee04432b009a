/**
 * What calls of blocks, models and optimisers have in common: the limit of nesting, the arguments `training` and `with`, and the values of parameters.
 */
import type { Parameter } from '../ast.ts';
import { type Bound, bindArguments, type CallSite, isPoisoned, type Slot } from './arguments.ts';
import { evaluate, type Steps } from './evaluation.ts';
import { type Frame, observe, report, within } from './frame.ts';
import type { Given } from './given.ts';
import type { LabelScope } from './labels.ts';
import { describe, poison, type Value } from './value.ts';
import { givenBy } from './with.ts';

/** Runs the body of a call, unless calls are nested too deeply. */
export function* nestedCall(frame: Frame, site: CallSite, body: Steps<Value>): Steps<Value> {
  const entered = within(frame, frame.budget.enterCall(), site.span);
  const value = entered ? yield* body : poison;
  frame.budget.leaveCall();
  return value;
}

/** What a call says for everything that it calls. */
interface Settings {
  /** The call without the arguments that say it. */
  readonly rest: CallSite;
  readonly training: boolean;
  readonly given: Given | undefined;
  /** The labels of the call, where `with` says them. */
  readonly root?: LabelScope;
}

/** The arguments of a call by the names of their parameters, beside what it says for everything that it calls. */
export interface Taken extends Settings {
  readonly bound: Bound;
}

/** Takes the arguments of a call of a block or model with the parameters `slots`; undefined after a report, and where one of them is poison. */
export function takeArguments(frame: Frame, site: CallSite, slots: readonly Slot[]): Taken | undefined {
  const names = slots.map(({ name }) => name);
  const settings = takeSettings(frame, site, names);
  const bound = settings && bindArguments(frame, settings.rest, slots);
  return bound === undefined || isPoisoned(bound) ? undefined : { ...settings!, bound };
}

/** Takes `training: …` and `with: …` out of the arguments, unless the callee has a parameter of that name; undefined after a report. */
function takeSettings(frame: Frame, site: CallSite, own: readonly string[]): Settings | undefined {
  const isOwn = (name: string) => own.includes(name);
  const training = isOwn('training') ? frame.training : trainingOf(frame, site);
  const with_ = isOwn('with') ? { given: frame.given } : givenBy(frame, site);
  if (training === undefined || with_ === 'wrong') return undefined;
  const named = site.named.filter(({ name: { text } }) => isOwn(text) || (text !== 'training' && text !== 'with'));
  return { rest: { ...site, named }, training, ...with_ };
}

function trainingOf(frame: Frame, site: CallSite): boolean | undefined {
  const given = site.named.find(({ name }) => name.text === 'training');
  if (given === undefined) return frame.training;
  const { value, span } = given.argument;
  if (value.kind === 'boolean') return value.value;
  if (value.kind !== 'poison') {
    report(frame, { code: 'bad-argument', message: `training must be true or false, not ${describe(value)}`, span });
  }
  return undefined;
}

/** Declares the parameters with their arguments or defaults. A default may use the parameters before it. */
export function* bindParameters(inner: Frame, parameters: readonly Parameter[], bound: Bound): Steps<void> {
  for (const { name, default: fallback } of parameters) {
    const given = bound.get(name.text)?.value;
    const value = given ?? (fallback === undefined ? poison : yield evaluate(inner, fallback));
    observe(inner, name.span, value);
    inner.scope.declare({ kind: 'parameter', name: name.text, span: name.span, value });
  }
}
