/** Makes tensors of numbers: `zeros`, `ones` and `constant`. */
import { type ElementType, elementCount, type TensorType } from '@tessera-dnn/graph';
import { type Argument, type Bound, bindArguments, type CallSite, reportArgument, slot } from './arguments.ts';
import { type Frame, report } from './frame.ts';
import { constantLike, fitsElement, literalOf, originAt, tensorValue } from './tensors.ts';
import { integersOf, poison, type Value } from './value.ts';

/** `zeros(shape, dtype = f32)` */
export function filled(frame: Frame, site: CallSite, number: number): Value {
  const bound = bindArguments(frame, site, [slot('shape'), slot('dtype', false)]);
  const type = bound && typeGiven(frame, site, bound, undefined);
  if (type === undefined) return poison;
  const value: Value = { kind: 'number', value: number, integer: true };
  return constantOfType(frame, site, type, { value, span: site.span });
}

/** `constant(list or number, shape = its own, dtype = f32)` */
export function constant(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('value'), slot('shape', false), slot('dtype', false)]);
  const argument = bound?.get('value');
  if (bound === undefined || argument === undefined) return poison;
  const literal = literalOf(argument.value);
  if (literal === undefined)
    return reportArgument(frame, site, 'value', 'a number or a regular list of numbers', argument);
  const type = typeGiven(frame, site, bound, literal.shape);
  if (type === undefined) return poison;
  const { program } = frame;
  if (program === undefined || literal.shape.length === 0 || literal.data.length !== elementCount(type.shape)) {
    return constantOfType(frame, site, type, argument);
  }
  if (!fitsElement(literal, type.element))
    return reportArgument(frame, site, 'value', `${type.element} numbers`, argument);
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
    reportArgument(frame, site, 'value', `what ${type.element}[${type.shape.join(', ')}] can hold`, argument)
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
  const valid = shape?.every(extent => extent > 0) && elementCount(shape) <= Number.MAX_SAFE_INTEGER;
  if (!valid) {
    const wanted = 'a list of whole numbers from 1 on';
    if (shapeArgument !== undefined) reportArgument(frame, site, 'shape', wanted, shapeArgument);
    return undefined;
  }
  const dtype = bound.get('dtype');
  const element: ElementType | undefined =
    dtype === undefined ? 'f32' : dtype.value.kind === 'element' ? dtype.value.element : undefined;
  if (element !== undefined && shape !== undefined) return { element, shape };
  if (dtype !== undefined) reportArgument(frame, site, 'dtype', 'an element type', dtype);
  return undefined;
}
