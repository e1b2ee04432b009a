/** Evaluates the arguments of a call and its label. */
import type { Call, Expression, Label } from '../ast.ts';
import { type Argument, bindArguments, type CallSite, isPoisoned } from './arguments.ts';
import { evaluate, evaluateArgument, type Steps } from './evaluation.ts';
import { findItem } from './files.ts';
import { type Frame, report } from './frame.ts';
import { poison, show } from './value.ts';

/** The evaluated call; `piped` is its first argument. Undefined if the label failed; arguments that failed are poison. */
export function* callSite(frame: Frame, call: Call, piped?: Argument): Steps<CallSite | undefined> {
  const positional: Argument[] = piped === undefined ? [] : [piped];
  const named: CallSite['named'][number][] = [];
  for (const { name, value } of call.arguments) {
    const argument = name?.text === 'with' ? yield* withArgument(frame, value) : yield* evaluateArgument(frame, value);
    if (name === undefined) positional.push(argument);
    else named.push({ name, argument });
  }
  const label = call.label === undefined ? undefined : yield* labelOf(frame, call.label);
  if (label === '?') return undefined;
  return { callee: call.callee, span: call.span, positional, named, label, labelSpan: call.label?.span };
}

/** What is given to `with`. The call of a block with named arguments only is the block with these: `with: spectral_norm(axis: 1)`. */
function* withArgument(frame: Frame, expression: Expression): Steps<Argument> {
  const visible = expression.kind === 'call' ? findItem(frame.file, expression.callee.text) : undefined;
  const isPartial = expression.kind === 'call' && expression.arguments.every(({ name }) => name !== undefined);
  if (expression.kind !== 'call' || visible?.item.kind !== 'block' || !isPartial) {
    return yield* evaluateArgument(frame, expression);
  }
  const named: CallSite['named'][number][] = [];
  for (const { name, value } of expression.arguments) {
    if (name !== undefined) named.push({ name, argument: yield* evaluateArgument(frame, value) });
  }
  const { callee: name, span } = expression;
  const site = { callee: name, span, positional: [], named };
  const parameters = visible.item.parameters
    .slice(1)
    .map(parameter => ({ name: parameter.name.text, required: false }));
  const given = bindArguments(frame, site, parameters);
  if (given === undefined || isPoisoned(given)) return { value: poison, span, expression };
  return { value: { kind: 'function', name: name.text, callee: { kind: 'item', visible }, given }, span, expression };
}

/** The label's text, or `?`, which no label can be, if it failed. */
export function* labelOf(frame: Frame, label: Label): Steps<string> {
  const value = yield evaluate(frame, label.value);
  if (value.kind !== 'text') return '?';
  if (value.value === '' || /^[\w-]+(\.[\w-]+)*$/.test(value.value)) return value.value;
  report(frame, {
    code: 'bad-label',
    message: `${show(value)} is no label`,
    span: label.span,
    help: 'a label has letters, digits, _ and -, and dots between its parts',
  });
  return '?';
}
