/**
 * `gradient(y, x)`: the derivative of y, or of the sum of its elements, with respect to x, as a tensor like x; of a list or record of
 * tensors, a list or record. It is a value like any other, which gradients may be taken of again.
 */
import { isFloat, showType, type ValueId } from '@tessera-dnn/graph';
import { type Argument, bindArguments, type CallSite, reportArgument, slot } from './arguments.ts';
import { type Frame, report, within } from './frame.ts';
import { originAt, tensorValue } from './tensors.ts';
import { reachedFrom } from './training/selection.ts';
import { inElement, stepsAt } from './training/steps.ts';
import { listValue, poison, type TensorValue, type Value } from './value.ts';

/** The value of a call of `gradient`; poison after a report. */
export function gradient(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('y'), slot('x')]);
  const y = bound?.get('y');
  const x = bound?.get('x');
  const { program } = frame;
  if (y === undefined || x === undefined) return poison;
  if (program === undefined) {
    const message = 'gradient gives a tensor, and only compile-time values can stand here';
    report(frame, { code: 'not-compile-time', message, span: site.span });
    return poison;
  }
  const loss = lossOf(frame, site, y);
  const wanted = tensorsOf(x.value);
  if (loss === undefined) return poison;
  if (wanted === undefined)
    return reportArgument(frame, site, 'x', 'a tensor of floats, or a list or record of such', x);
  if (!within(frame, frame.budget.copy(16 * loss), site.span)) return poison;
  const { reached } = reachedFrom(program, loss);
  if (!wanted.some(({ id }) => reached[id] === 1)) return reportIndependent(frame, y, x, wanted[0]);
  const slope = ({ id }: TensorValue) =>
    tensorValue(program, program.graph.gradient(loss, id, originAt(frame, site.span, site.label)));
  return overTensors(x.value, slope);
}

/** y as one number of f32, which is what is differentiated. */
function lossOf(frame: Frame, site: CallSite, y: Argument): ValueId | undefined {
  const { value, span } = y;
  if (value.kind !== 'tensor' || !isFloat(value.type.element)) {
    reportArgument(frame, site, 'y', 'a tensor of floats', y);
    return undefined;
  }
  const wide = inElement(frame, value, 'f32', span);
  const loss = value.type.shape.length === 0 ? wide : stepsAt(frame, span).op('total', wide);
  return loss.kind === 'tensor' ? loss.id : undefined;
}

/** The tensors of floats that a value is or holds, at least one; undefined if it is or holds anything else. */
function tensorsOf(value: Value): readonly TensorValue[] | undefined {
  const parts = value.kind === 'list' ? value.elements : value.kind === 'record' ? [...value.fields.values()] : [value];
  const tensors = parts.filter((part): part is TensorValue => part.kind === 'tensor' && isFloat(part.type.element));
  return tensors.length === parts.length && tensors.length > 0 ? tensors : undefined;
}

function overTensors(value: Value, slope: (tensor: TensorValue) => TensorValue): Value {
  switch (value.kind) {
    case 'tensor':
      return slope(value);
    case 'list':
      return listValue(value.elements.map(element => overTensors(element, slope)));
    case 'record':
      return {
        kind: 'record',
        fields: new Map([...value.fields].map(([name, field]) => [name, overTensors(field, slope)])),
      };
    default:
      return poison;
  }
}

function reportIndependent(frame: Frame, y: Argument, x: Argument, { type }: TensorValue): Value {
  report(frame, {
    code: 'no-dependence',
    message: `y was not computed from this x, ${x.value.kind === 'tensor' ? `a tensor ${showType(type)}` : 'or any part of it'}, so that its gradient is zero`,
    span: x.span,
    notes: [{ message: 'y is this', span: y.span }],
    help: 'take the gradient with respect to the very tensor that y was computed from, before `:=` or `minimize` changes it',
  });
  return poison;
}
