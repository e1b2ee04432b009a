/** Evaluates the arguments of a call and its label. */
import type { Call, Label } from '../ast.ts';
import type { Argument, CallSite } from './arguments.ts';
import { evaluate, evaluateArgument, type Steps } from './evaluation.ts';
import { type Frame, report } from './frame.ts';
import { show } from './value.ts';

/** The evaluated call; `piped` is its first argument. Undefined if the label failed; arguments that failed are poison. */
export function* callSite(frame: Frame, call: Call, piped?: Argument): Steps<CallSite | undefined> {
  const positional: Argument[] = piped === undefined ? [] : [piped];
  const named: CallSite['named'][number][] = [];
  for (const { name, value } of call.arguments) {
    const argument = yield* evaluateArgument(frame, value);
    if (name === undefined) positional.push(argument);
    else named.push({ name, argument });
  }
  const label = call.label === undefined ? undefined : yield* labelOf(frame, call.label);
  if (label === '?') return undefined;
  return { callee: call.callee, span: call.span, positional, named, label, labelSpan: call.label?.span };
}

/** The label's text, or `?`, which no label can be, if it failed. */
function* labelOf(frame: Frame, label: Label): Steps<string> {
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
