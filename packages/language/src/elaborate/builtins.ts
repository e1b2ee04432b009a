/**
 * Functions of the language that are no single op: compile-time ones, tensors from numbers, and `split`. `min max floor sqrt` of
 * tensors are the ops of that name.
 */
import { InternalError } from '@tessera/diagnostics';
import type { ElementType, OpDef } from '@tessera/graph';
import { elementCount, type TensorType } from '@tessera/graph';
import { type Argument, type Bound, bindArguments, type CallSite, type Slot } from './arguments.ts';
import { boundedList, checkedNumber, type Failure } from './arithmetic.ts';
import { type Frame, report, settle, within } from './frame.ts';
import type { BuiltinName } from './functions.ts';
import { sliceAxis } from './indexing.ts';
import { limits } from './limits.ts';
import { callOp } from './random.ts';
import { constantLike, fitsElement, literalOf, originAt, tensorValue } from './tensors.ts';
import { describe, integersOf, integerValue, listValue, type NumberValue, poison, type Value } from './value.ts';

export function callBuiltin(frame: Frame, name: BuiltinName, site: CallSite): Value {
  const args = [...site.positional, ...site.named.map(({ argument }) => argument)];
  if (args.some(({ value }) => value.kind === 'poison')) return poison;
  switch (name) {
    case 'min':
    case 'max':
      return args.some(isTensor) ? callOp(frame, opNamed(frame, name), site) : extreme(frame, name, site);
    case 'floor':
    case 'sqrt':
      return args.some(isTensor) ? callOp(frame, opNamed(frame, name), site) : ofNumber(frame, name, site);
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
  }
}

function isTensor({ value }: Argument): boolean {
  return value.kind === 'tensor';
}

function opNamed(frame: Frame, name: string): OpDef {
  const op = frame.session.table.find(name);
  if (op === undefined) throw new InternalError('elaborate', 'the table has no such op', name);
  return op;
}

function slot(name: string, required = true): Slot {
  return { name, required };
}

function wrong(frame: Frame, site: CallSite, name: string, wanted: string, argument: Argument): Value {
  const message = `${name} of ${site.callee.text} must be ${wanted}, not ${describe(argument.value)}`;
  report(frame, { code: 'bad-argument', message, span: argument.span });
  return poison;
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
  if (argument.value.kind !== 'number') return wrong(frame, site, 'x', 'a number or a tensor', argument);
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
  return wrong(frame, site, 'x', 'a list, a text, or a tensor with an axis', argument);
}

/** `range(stop)`, `range(start, stop)`, `range(start, stop, step)` as in Python. */
function range(frame: Frame, site: CallSite): Value {
  const named = site.positional.length === 1 && site.named.length === 0;
  const bound = bindArguments(frame, site, named ? [slot('stop')] : [slot('start'), slot('stop'), slot('step', false)]);
  if (bound === undefined) return poison;
  for (const [name, argument] of bound) {
    if (integersOf(argument.value)?.length !== 1 || argument.value.kind === 'list') {
      return wrong(frame, site, name, 'a whole number', argument);
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

/** `per_axis(value, axes)`: a number for every axis, or a list that has one entry for each. */
function perAxis(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('value'), slot('axes')]);
  const value = bound?.get('value');
  const count = bound?.get('axes')?.value;
  if (bound === undefined || value === undefined || count?.kind !== 'number') return poison;
  if (value.value.kind === 'number') return listValue(new Array<Value>(count.value).fill(value.value));
  if (value.value.kind === 'list' && value.value.elements.length === count.value) return value.value;
  const message = `a number, or a list of one for each of ${count.value} axes, is needed, not ${describe(value.value)}`;
  report(frame, { code: 'bad-argument', message, span: value.span });
  return poison;
}

// ------------------------------------------------------------------------------------------------- tensors from numbers

/** `zeros(shape, dtype = f32)` */
function filled(frame: Frame, site: CallSite, number: number): Value {
  const bound = bindArguments(frame, site, [slot('shape'), slot('dtype', false)]);
  const type = bound && typeGiven(frame, site, bound, undefined);
  if (type === undefined) return poison;
  const value: Value = { kind: 'number', value: number, integer: true };
  return constantOfType(frame, site, type, { value, span: site.span });
}

/** `constant(list or number, shape = its own, dtype = f32)` */
function constant(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('value'), slot('shape', false), slot('dtype', false)]);
  const argument = bound?.get('value');
  if (bound === undefined || argument === undefined) return poison;
  const literal = literalOf(argument.value);
  if (literal === undefined) return wrong(frame, site, 'value', 'a number or a regular list of numbers', argument);
  const type = typeGiven(frame, site, bound, literal.shape);
  if (type === undefined) return poison;
  const { program } = frame;
  if (program === undefined || literal.shape.length === 0 || literal.data.length !== elementCount(type.shape)) {
    return constantOfType(frame, site, type, argument);
  }
  if (!fitsElement(literal, type.element)) return wrong(frame, site, 'value', `${type.element} numbers`, argument);
  return tensorValue(program, program.graph.constant(type, literal.data, originAt(frame, site.span, site.label)));
}

function constantOfType(frame: Frame, site: CallSite, type: TensorType, argument: Argument): Value {
  if (frame.program === undefined) {
    const message = `${site.callee.text} makes a tensor, and only compile-time values can stand here`;
    report(frame, { code: 'not-compile-time', message, span: site.span });
    return poison;
  }
  return (
    constantLike(frame, argument, type) ??
    wrong(frame, site, 'value', `what ${type.element}[${type.shape.join(', ')}] can hold`, argument)
  );
}

/** The type that the arguments `shape` and `dtype` ask for. */
function typeGiven(
  frame: Frame,
  site: CallSite,
  bound: Bound,
  own: readonly number[] | undefined,
): TensorType | undefined {
  const shapeArgument = bound.get('shape');
  const shape = shapeArgument === undefined ? own : integersOf(shapeArgument.value);
  const valid =
    shape?.every(extent => extent > 0) && shape.reduce((n, extent) => n * extent, 1) <= Number.MAX_SAFE_INTEGER;
  if (!valid) {
    const wanted = 'a list of whole numbers from 1 on';
    if (shapeArgument !== undefined) wrong(frame, site, 'shape', wanted, shapeArgument);
    return undefined;
  }
  const dtype = bound.get('dtype');
  const element: ElementType | undefined =
    dtype === undefined ? 'f32' : dtype.value.kind === 'element' ? dtype.value.element : undefined;
  if (element !== undefined && shape !== undefined) return { element, shape };
  if (dtype !== undefined) wrong(frame, site, 'dtype', 'an element type', dtype);
  return undefined;
}

// ---------------------------------------------------------------------------------------------------------------- split

/** `split(x, sections, axis = 0)`: a list of so many equal parts, or of parts of the listed extents. */
function split(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('x'), slot('sections'), slot('axis', false)]);
  const x = bound?.get('x');
  const sections = bound?.get('sections');
  if (bound === undefined || x === undefined || sections === undefined) return poison;
  if (x.value.kind !== 'tensor') return wrong(frame, site, 'x', 'a tensor', x);
  const { type } = x.value;
  const axis = axisOf(frame, site, bound.get('axis'), type);
  if (axis === undefined) return poison;
  const extents = extentsOf(sections.value, type.shape[axis]);
  if (extents === undefined) return wrong(frame, site, 'sections', `parts of an axis of ${type.shape[axis]}`, sections);
  const tensor = x.value;
  let start = 0;
  const parts = extents.map(extent => {
    const part = sliceAxis(frame, tensor, axis, start, extent, site.span);
    start += extent;
    return part;
  });
  return settle(
    frame,
    boundedList(parts.length, () => parts),
    site.span,
  );
}

function axisOf(frame: Frame, site: CallSite, argument: Argument | undefined, type: TensorType): number | undefined {
  const rank = type.shape.length;
  const given = argument === undefined ? 0 : argument.value.kind === 'number' ? argument.value.value : Number.NaN;
  if (Number.isInteger(given) && given >= -rank && given < rank) return given < 0 ? given + rank : given;
  const message = `axis of ${site.callee.text} must be one of ${rank} axes, not ${argument === undefined ? 0 : describe(argument.value)}`;
  report(frame, { code: 'bad-axis', message, span: argument?.span ?? site.span });
  return undefined;
}

/** The extents of the parts; undefined if they do not make up the axis. */
function extentsOf(sections: Value, extent: number): readonly number[] | undefined {
  const numbers = integersOf(sections);
  if (numbers === undefined || numbers.some(number => number < 1)) return undefined;
  if (sections.kind === 'list')
    return numbers.reduce((sum, number) => sum + number, 0) === extent ? numbers : undefined;
  const [count] = numbers;
  return extent % count === 0 ? Array.from({ length: count }, () => extent / count) : undefined;
}
