/**
 * Evaluates `x[…]` as in NumPy, with bounds that are known at compile time: an index drops its axis, a slice keeps it, and `..` stands for
 * the axes in between. Unlike NumPy, bounds outside the axis and empty results are errors. Lists are indexed in the same way, with one
 * part, and may become empty, as `x.shape[2:]` of a matrix does.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import { showType, type ValueId } from '@tessera-dnn/graph';
import { opInRole } from '@tessera-dnn/graph/op';
import type { Expression, Index, IndexAt, IndexPart, IndexSlice } from '../ast.ts';
import { evaluate, type Steps } from './evaluation.ts';
import { type Frame, report, within } from './frame.ts';
import { someOf } from './patterns.ts';
import { didYouMean } from './suggest.ts';
import { originAt, tensorValue } from './tensors.ts';
import {
  describe,
  type ListValue,
  listValue,
  poison,
  type RecordValue,
  show,
  type TensorValue,
  type Value,
} from './value.ts';

/** The value of `x[…]` for a tensor or list `x`; poison after a report. */
export function* evaluateIndex(frame: Frame, expression: Index): Steps<Value> {
  const target = yield evaluate(frame, expression.target);
  if (target.kind === 'tensor') return yield* indexTensor(frame, target, expression);
  if (target.kind === 'record') return yield* fieldOf(frame, target, expression);
  if (target.kind === 'list') return yield* indexList(frame, target, expression);
  if (target.kind !== 'poison') {
    report(frame, { code: 'bad-index', message: `${describe(target)} cannot be indexed`, span: expression.span });
  }
  return poison;
}

/** `record["path"]` */
function* fieldOf(frame: Frame, record: RecordValue, { indices: [part], span }: Index): Steps<Value> {
  const name = part.kind === 'at' ? yield evaluate(frame, part.index) : poison;
  const field = name.kind === 'text' ? record.fields.get(name.value) : undefined;
  if (field !== undefined) return field;
  const names = [...record.fields.keys()];
  const help = (name.kind === 'text' ? didYouMean(name.value, names) : undefined) ?? `it has ${someOf(names)}`;
  report(frame, {
    code: 'bad-index',
    message: `${describe(record)} are read by name, as in w["${names[0]}"]`,
    span,
    help,
  });
  return poison;
}

/** `count` elements along one axis, from `start` on in steps of `step`; an index drops the axis. */
interface Pick {
  readonly start: number;
  readonly count: number;
  readonly step: number;
  readonly drop: boolean;
}

function whole(extent: number): Pick {
  return { start: 0, count: extent, step: 1, drop: false };
}

// -------------------------------------------------------------------------------------------------------------- tensors

function* indexTensor(frame: Frame, x: TensorValue, { indices, span }: Index): Steps<Value> {
  const { shape } = x.type;
  const given = indices.filter(part => part.kind !== 'rest').length;
  if (given > shape.length) {
    const message = `${showType(x.type)} has ${shape.length} axes and is indexed with ${given}`;
    report(frame, { code: 'bad-index', message, span });
    return poison;
  }
  const parts = spread(indices, shape.length - given);
  const picks: (Pick | undefined)[] = [];
  for (const [axis, extent] of shape.entries()) {
    picks.push(
      notEmpty(frame, parts[axis], yield* pickOf(frame, parts[axis], extent, axisText(x, axis)), axisText(x, axis)),
    );
  }
  if (picks.includes(undefined)) return poison;
  return take(
    frame,
    x,
    picks.filter(pick => pick !== undefined),
    span,
  );
}

function axisText({ type }: TensorValue, axis: number): string {
  return `axis ${axis} of ${showType(type)}`;
}

/** Reports a slice without elements, since no tensor has an empty axis. */
function notEmpty(
  frame: Frame,
  part: IndexAt | IndexSlice | undefined,
  pick: Pick | undefined,
  what: string,
): Pick | undefined {
  if (part === undefined || pick?.count !== 0) return pick;
  report(frame, { code: 'bad-index', message: `the slice of ${what} is empty`, span: part.span });
  return undefined;
}

/** The parts spread over the axes: one for each axis, undefined for those that stay whole. Without `..` these come after the last part. */
function spread(indices: readonly IndexPart[], left: number): readonly (IndexAt | IndexSlice | undefined)[] {
  const parts: (IndexAt | IndexSlice | undefined)[] = [];
  for (const part of indices) {
    if (part.kind === 'rest') parts.push(...new Array<undefined>(left).fill(undefined));
    else parts.push(part);
  }
  return parts;
}

/** The part of the tensor that the picks describe, without the axes that indices drop. */
function take(frame: Frame, x: TensorValue, picks: readonly Pick[], span: Span): Value {
  const { program } = frame;
  if (program === undefined) return poison;
  const { graph } = program;
  const origin = originAt(frame, span);
  let value: ValueId = x.id;
  if (picks.some((pick, axis) => pick.count !== x.type.shape[axis] || pick.step !== 1)) {
    value = graph.op(opInRole(graph.table, 'slice').name, [value], sliceAttributes(picks), origin);
  }
  if (picks.some(pick => pick.drop)) {
    const shape = picks.filter(pick => !pick.drop).map(pick => pick.count);
    value = graph.op(opInRole(graph.table, 'reshape').name, [value], { shape }, origin);
  }
  return within(frame, frame.budget.nodes(graph.size), span) ? tensorValue(program, value) : poison;
}

function sliceAttributes(picks: readonly Pick[]) {
  return {
    start: picks.map(pick => pick.start),
    count: picks.map(pick => pick.count),
    step: picks.map(pick => pick.step),
  };
}

/** A slice of `count` elements along one axis, from `start` on, with the other axes whole. */
export function sliceAxis(
  frame: Frame,
  x: TensorValue,
  axis: number,
  { start, count }: { readonly start: number; readonly count: number },
  span: Span,
): Value {
  const picks = x.type.shape.map((extent, other) =>
    other === axis ? { start, count, step: 1, drop: false } : whole(extent),
  );
  return take(frame, x, picks, span);
}

// ---------------------------------------------------------------------------------------------------------------- lists

function* indexList(frame: Frame, list: ListValue, { target, indices, span }: Index): Steps<Value> {
  const parts = indices.filter(part => part.kind !== 'rest');
  if (indices.length !== 1 || parts.length !== 1) {
    report(frame, { code: 'bad-index', message: `a list has one axis and is indexed with ${indices.length}`, span });
    return poison;
  }
  const extent = list.elements.length;
  const pick = yield* pickOf(frame, parts[0], extent, listText(list, target));
  if (pick === undefined) return poison;
  if (pick.drop) return list.elements[pick.start];
  return listValue(Array.from({ length: pick.count }, (_, i) => list.elements[pick.start + i * pick.step]));
}

/** The list in words. If it is the shape of something, the text says so, since a wrong rank is the usual mistake. */
function listText(list: ListValue, target: Expression): string {
  if (target.kind === 'member' && target.name.text === 'shape') return `the shape ${show(list)}`;
  return `a list of ${list.elements.length}`;
}

// ------------------------------------------------------------------------------------------------------- indices, slices

function* pickOf(
  frame: Frame,
  part: IndexAt | IndexSlice | undefined,
  extent: number,
  what: string,
): Steps<Pick | undefined> {
  if (part === undefined) return whole(extent);
  return yield* part.kind === 'at' ? pickAt(frame, part, extent, what) : pickSlice(frame, part, extent, what);
}

function* pickAt(frame: Frame, part: IndexAt, extent: number, what: string): Steps<Pick | undefined> {
  const index = yield* bound(frame, part.index);
  if (index === undefined) return undefined;
  if (index >= -extent && index < extent)
    return { start: index < 0 ? index + extent : index, count: 1, step: 1, drop: true };
  outside(frame, part.index, index, extent, what);
  return undefined;
}

function* pickSlice(frame: Frame, part: IndexSlice, extent: number, what: string): Steps<Pick | undefined> {
  const step = part.step === undefined ? 1 : yield* bound(frame, part.step);
  const start = part.start === undefined ? null : yield* bound(frame, part.start);
  const stop = part.stop === undefined ? null : yield* bound(frame, part.stop);
  if (step === undefined || start === undefined || stop === undefined) return undefined;
  if (step === 0) {
    report(frame, { code: 'bad-index', message: 'a slice cannot go in steps of 0', span: part.span });
    return undefined;
  }
  for (const [value, expression] of [
    [start, part.start],
    [stop, part.stop],
  ] as const) {
    if (value === null || expression === undefined || (value >= -extent && value <= extent)) continue;
    outside(frame, expression, value, extent, what);
    return undefined;
  }
  const from =
    start === null ? (step > 0 ? 0 : extent - 1) : Math.min(fromEnd(start, extent), step > 0 ? extent : extent - 1);
  const to = stop === null ? (step > 0 ? extent : -1) : fromEnd(stop, extent);
  const count = Math.ceil((to - from) / step);
  return { start: from, count: Math.max(count, 0), step, drop: false };
}

function fromEnd(index: number, extent: number): number {
  return index < 0 ? index + extent : index;
}

/** A bound as a number; undefined after a report. */
function* bound(frame: Frame, expression: Expression): Steps<number | undefined> {
  const value = yield evaluate(frame, expression);
  if (value.kind === 'number' && Number.isInteger(value.value)) return value.value;
  if (value.kind === 'poison') return undefined;
  report(frame, {
    code: 'bad-index',
    message: `an index must be a whole number that is known at compile time, not ${describe(value)}`,
    span: expression.span,
    help: value.kind === 'tensor' ? 'pick by a tensor with gather(x, indices, axis: 0)' : undefined,
  });
  return undefined;
}

function outside(frame: Frame, { span }: Expression, index: number, extent: number, what: string): void {
  const elements = extent === 1 ? 'one element' : `${extent} elements`;
  report(frame, { code: 'bad-index', message: `${index} is outside ${what}, which has ${elements}`, span });
}
