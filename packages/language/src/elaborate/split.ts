/** `split` makes a list of the parts of a tensor along an axis. */
import { showType, type TensorType } from '@tessera-dnn/graph';
import { type Argument, bindArguments, type CallSite, reportArgument, slot } from './arguments.ts';
import { boundedList } from './arithmetic.ts';
import { type Frame, report, settle } from './frame.ts';
import { sliceAxis } from './indexing.ts';
import { describe, integersOf, poison, show, type Value } from './value.ts';

/** `split(x, sections, axis = 0)`: a list of `sections` equal parts, or of parts with the extents in the list `sections`. */
export function split(frame: Frame, site: CallSite): Value {
  const bound = bindArguments(frame, site, [slot('x'), slot('sections'), slot('axis', false)]);
  const x = bound?.get('x');
  const sections = bound?.get('sections');
  if (bound === undefined || x === undefined || sections === undefined) return poison;
  if (x.value.kind !== 'tensor') return reportArgument(frame, site, 'x', 'a tensor', x);
  const { type } = x.value;
  const axis = axisOf(frame, site, bound.get('axis'), type);
  if (axis === undefined) return poison;
  const extents = extentsOf(sections.value, type.shape[axis]);
  if (extents === undefined) return reportSections(frame, sections, type, axis);
  const tensor = x.value;
  let start = 0;
  const parts = extents.map(extent => {
    const part = sliceAxis(frame, tensor, axis, { start, count: extent }, site.span);
    start += extent;
    return part;
  });
  return settle(
    frame,
    boundedList(parts.length, () => parts),
    site.span,
  );
}

function reportSections(frame: Frame, { value, span }: Argument, type: TensorType, axis: number): Value {
  const parts = value.kind === 'list' ? `parts of ${show(value)}` : `${show(value)} equal parts`;
  const help = `sections is how many equal parts, or the list of their extents, together ${type.shape[axis]}`;
  const message = `split cannot cut axis ${axis} of ${showType(type)} into ${parts}`;
  report(frame, { code: 'bad-argument', message, span, help });
  return poison;
}

function axisOf(frame: Frame, site: CallSite, argument: Argument | undefined, type: TensorType): number | undefined {
  const rank = type.shape.length;
  const given = argument === undefined ? 0 : argument.value.kind === 'number' ? argument.value.value : Number.NaN;
  if (Number.isInteger(given) && given >= -rank && given < rank) return given < 0 ? given + rank : given;
  const message = `axis of ${site.callee.text} must be one of ${rank} axes, not ${argument === undefined ? 0 : describe(argument.value)}`;
  report(frame, { code: 'bad-axis', message, span: argument?.span ?? site.span });
  return undefined;
}

/** The extents of the parts; undefined if they do not add up to the axis. */
function extentsOf(sections: Value, extent: number): readonly number[] | undefined {
  const numbers = integersOf(sections);
  if (numbers === undefined || numbers.some(number => number < 1)) return undefined;
  if (sections.kind === 'list')
    return numbers.reduce((sum, number) => sum + number, 0) === extent ? numbers : undefined;
  const [count] = numbers;
  return extent % count === 0 ? Array.from({ length: count }, () => extent / count) : undefined;
}
