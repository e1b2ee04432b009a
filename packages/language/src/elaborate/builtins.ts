/**
 * The language's own functions, which are not single ops: compile-time functions, tensors made of numbers, `split`, and `refuse`. For
 * tensors, `min max floor sqrt` mean the ops of these names.
 */
import { type OpDef, opInRole } from '@tessera-dnn/graph/op';
import { type Argument, bindArguments, type CallSite, reportArgument, slot } from './arguments.ts';
import { boundedList, checkedNumber, type Failure } from './arithmetic.ts';
import type { ImmediateName } from './builtin-names.ts';
import { constant, filled } from './filled.ts';
import { type Frame, report, settle, within } from './frame.ts';
import { gradient } from './gradient.ts';
import { limits } from './limits.ts';
import { callOp } from './random.ts';
import { split } from './split.ts';
import { inElement } from './training/steps.ts';
import {
  booleanValue,
  describe,
  integersOf,
  integerValue,
  listValue,
  type NumberValue,
  poison,
  show,
  type Value,
} from './value.ts';

/** The value of a call of a function of the language; poison after a report. */
export function callBuiltin(frame: Frame, name: ImmediateName, site: CallSite): Value {
  const args = [...site.positional, ...site.named.map(({ argument }) => argument)];
  if (args.some(({ value }) => value.kind === 'poison')) return poison;
  switch (name) {
    case 'min':
    case 'max':
      if (!args.some(isTensor)) return extreme(frame, name, site);
      warnOfAxis(frame, name, site);
      return ofTruth(frame, name, site) ?? callOp(frame, ofTensors(frame, name), site);
    case 'floor':
    case 'sqrt':
      return args.some(isTensor) ? callOp(frame, ofTensors(frame, name), site) : ofNumber(frame, name, site);
    case 'len':
      return length(frame, site);
    case 'range':
      return range(frame, site);
    case 'per_axis':
      return perAxis(frame, site);
    case 'zeros':
      return filled(frame, site, 0);
    case 'ones':
      return filled(frame, site, 1);
    case 'constant':
      return constant(frame, site);
    case 'split':
      return split(frame, site);
    case 'given':
      return given(frame, site);
    case 'refuse':
      return refuse(frame, site);
    case 'note':
      return note(frame, site);
    case 'gradient':
      return gradient(frame, site);
  }
}

/** Warns of `max(x, 0)`, which looks like a comparison with 0. */
function warnOfAxis(frame: Frame, name: 'min' | 'max', { positional: [x, axis] }: CallSite): void {
  if (x?.value.kind !== 'tensor' || axis?.expression?.kind !== 'integer') return;
  const at = show(axis.value);
  const { greater, lesser } = frame.session.table.roles;
  const ofTwo = name === 'max' ? greater : lesser;
  frame.session.reporter.warning(
    {
      code: 'axis-by-position',
      message: `${name}(x, ${at}) is the ${name === 'max' ? 'largest' : 'smallest'} along axis ${at}, and compares nothing with ${at}`,
      span: axis.span,
      help: `write axis: ${at}${ofTwo === undefined ? '' : `, or ${ofTwo}(x, ${at}) to compare`}`,
    },
    frame.calls,
  );
}

function isTensor({ value }: Argument): boolean {
  return value.kind === 'tensor' || value.kind === 'record';
}

/** The greatest or least truth value, of which true is the greater: found among whole numbers. Undefined for other operands. */
function ofTruth(frame: Frame, name: 'min' | 'max', site: CallSite): Value | undefined {
  const [x, ...rest] = site.positional;
  if (x?.value.kind !== 'tensor' || x.value.type.element !== 'bool') return undefined;
  const whole = { ...x, value: inElement(frame, x.value, 'i32', site.span) };
  const found = callOp(frame, ofTensors(frame, name), { ...site, positional: [whole, ...rest] });
  return inElement(frame, found, 'bool', site.span);
}

/** What the functions of numbers are for tensors. */
const roles = { min: 'least', max: 'greatest', floor: 'floor', sqrt: 'root' } as const;

function ofTensors(frame: Frame, name: keyof typeof roles): OpDef {
  return opInRole(frame.session.table, roles[name]);
}

// --------------------------------------------------------------------------------------------------------- compile time

/** `max(a, b, …)` or `max(list)` of numbers. */
function extreme(frame: Frame, name: 'min' | 'max', site: CallSite): Value {
  const [first] = site.positional;
  const list = site.positional.length === 1 && first.value.kind === 'list' ? first.value.elements : undefined;
  const values = list ?? site.positional.map(({ value }) => value);
  const numbers = values.filter((value): value is NumberValue => value.kind === 'number');
  if (numbers.length > 0 && numbers.length === values.length && site.named.length === 0) {
    const better = (a: NumberValue, b: NumberValue) => (name === 'max' ? b.value > a.value : b.value < a.value);
    return numbers.reduce((best, number) => (better(best, number) ? number : best));
  }
  const given = values.map(describe).join(' and ') || 'nothing';
  const message = `${name} needs a tensor, numbers, or a list of numbers, not ${given.slice(0, 200)}`;
  report(frame, { code: 'bad-argument', message, span: site.span });
  return poison;
}

function ofNumber(frame: Frame, name: 'floor' | 'sqrt', site: CallSite): Value {
  const argument = bindArguments(frame, site, [slot('x')])?.get('x');
  if (argument === undefined) return poison;
  if (argument.value.kind !== 'number') return reportArgument(frame, site, 'x', 'a number or a tensor', argument);
  const x = argument.value.value;
  const what = `${name} of ${x}`;
  const result: Value | Failure =
    name === 'floor' ? checkedNumber(Math.floor(x), true, what) : checkedNumber(Math.sqrt(x), false, what);
  return settle(frame, result, site.span);
}

function length(frame: Frame, site: CallSite): Value {
  const argument = bindArguments(frame, site, [slot('x')])?.get('x');
  if (argument === undefined) return poison;
  const { value } = argument;
  if (value.kind === 'list') return integerValue(value.elements.length);
  if (value.kind === 'text') return integerValue([...value.value].length);
  if (value.kind === 'tensor' && value.type.shape.length > 0) return integerValue(value.type.shape[0]);
  return reportArgument(frame, site, 'x', 'a list, a text, or a tensor with an axis', argument);
}

/** `range(stop)`, `range(start, stop)`, `range(start, stop, step)` as in Python. */
function range(frame: Frame, site: CallSite): Value {
  const named = site.positional.length === 1 && site.named.length === 0;
  const bound = bindArguments(frame, site, named ? [slot('stop')] : [slot('start'), slot('stop'), slot('step', false)]);
  if (bound === undefined) return poison;
  for (const [name, argument] of bound) {
    if (integersOf(argument.value)?.length !== 1 || argument.value.kind === 'list') {
      return reportArgument(frame, site, name, 'a whole number', argument);
    }
  }
  const number = (name: string, fallback: number) =>
    integersOf(bound.get(name)?.value ?? integerValue(fallback))?.[0] ?? fallback;
  const [start, stop, step] = [number('start', 0), number('stop', 0), number('step', 1)];
  if (step === 0) return settle(frame, { code: 'bad-argument', message: 'range cannot go in steps of 0' }, site.span);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!within(frame, count > limits.turns ? 'loop-limit' : frame.budget.copy(count), site.span)) return poison;
  const list = boundedList(count, () => Array.from({ length: count }, (_, i) => integerValue(start + i * step)));
  return settle(frame, list, site.span);
}

/**
 * `per_axis(value, axes)`: the value as a list with one entry for each axis. A single number is repeated; without `axes` it is a list of one, and a
 * list may be of any length.
 */
function perAxis(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('value'), slot('axes', false)]);
  const value = bound?.get('value');
  if (bound === undefined || value === undefined) return poison;
  const own = value.value.kind === 'list' ? value.value.elements.length : 1;
  const count = bound.get('axes')?.value ?? integerValue(own);
  if (count.kind !== 'number') return poison;
  if (value.value.kind === 'number') return listValue(new Array<Value>(count.value).fill(value.value));
  if (value.value.kind === 'list' && value.value.elements.length === count.value) return value.value;
  const message = `a number, or a list of one for each of ${count.value} axes, is needed, not ${describe(value.value)}`;
  report(frame, { code: 'bad-argument', message, span: value.span });
  return poison;
}

/** `given(x)`: whether an argument that may be left out was given. The empty list, which is called `none`, stands for one that was not. */
function given(frame: Frame, site: CallSite): Value {
  const argument = bindArguments(frame, site, [slot('x')])?.get('x');
  if (argument === undefined) return poison;
  return booleanValue(argument.value.kind !== 'list' || argument.value.elements.length > 0);
}

/** `refuse(message, help: …)`: reports that a block cannot serve a call. Its value is poison. */
function refuse(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('message'), slot('help', false)]);
  const text = (name: string): string | undefined => {
    const argument = bound?.get(name);
    if (argument?.value.kind === 'text') return argument.value.value;
    if (argument !== undefined) reportArgument(frame, site, name, 'a text', argument);
    return undefined;
  };
  const message = text('message');
  const help = text('help');
  if (message !== undefined) report(frame, { code: 'refused', message, span: site.span, help });
  return poison;
}

/** `note(x.shape, "after the stem")`: shows values while the program is compiled. Its value is the first of them. */
function note(frame: Frame, site: CallSite): Value {
  if (site.named.length > 0 || site.positional.length === 0) {
    const message = 'note takes what it is to show, by position';
    report(frame, { code: 'bad-argument', message, span: site.span });
    return poison;
  }
  const shown = site.positional.map(({ value }) => (value.kind === 'text' ? value.value : show(value)));
  const message = shown.join(' ');
  frame.session.reporter.warning({ code: 'note', message, span: site.span }, frame.calls);
  return site.positional[0].value;
}
