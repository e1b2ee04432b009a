/** Evaluates written types: an element type with extents that are compile-time numbers or lists of them, or the type of another tensor. */
import type { ElementType, TensorType } from '@tessera-dnn/graph';
import { elementCount } from '@tessera-dnn/graph';
import type { Expression, Type, TensorType as WrittenTensorType } from '../ast.ts';
import type { Argument } from './arguments.ts';
import { evaluate, type Steps } from './evaluation.ts';
import { type Frame, report } from './frame.ts';
import { describe, integersOf } from './value.ts';

/** The type that a written type means, or undefined after a report. */
export function* evaluateType(frame: Frame, type: Type): Steps<TensorType | undefined> {
  if (type.kind === 'tensor-type') return yield* evaluateTensorType(frame, type);
  return typeLike(frame, { value: yield evaluate(frame, type.value), span: type.value.span });
}

function* evaluateTensorType(frame: Frame, type: WrittenTensorType): Steps<TensorType | undefined> {
  const element = yield* evaluateElement(frame, type.element);
  const extents: (readonly number[] | undefined)[] = [];
  for (const dimension of type.dimensions) extents.push(yield* evaluateExtents(frame, dimension));
  if (element === undefined || extents.includes(undefined)) return undefined;
  const shape = extents.flatMap(list => list ?? []);
  if (elementCount(shape) <= Number.MAX_SAFE_INTEGER) return { element, shape };
  report(frame, { code: 'size-limit', message: 'a tensor has at most 2^53 elements', span: type.span });
  return undefined;
}

function* evaluateElement(frame: Frame, expression: Expression): Steps<ElementType | undefined> {
  const value = yield evaluate(frame, expression);
  if (value.kind === 'element') return value.element;
  if (value.kind !== 'poison') {
    report(frame, {
      code: 'bad-type',
      message: `an element type is needed here, not ${describe(value)}`,
      span: expression.span,
    });
  }
  return undefined;
}

/** A dimension, a whole number from 1 on; or a list of such, which stands for all of them. */
function* evaluateExtents(frame: Frame, expression: Expression): Steps<readonly number[] | undefined> {
  const value = yield evaluate(frame, expression);
  if (value.kind === 'poison') return undefined;
  const extents = integersOf(value);
  if (extents?.every(extent => extent > 0)) return extents;
  report(frame, {
    code: 'bad-type',
    message: `a dimension must be a whole number from 1 on, not ${describe(value)}`,
    span: expression.span,
    help: value.kind === 'list' ? 'a list of them stands for several dimensions' : undefined,
  });
  return undefined;
}

/** The type of a tensor, after `like`; undefined after a report. */
export function typeLike(frame: Frame, { value, span }: Pick<Argument, 'value' | 'span'>): TensorType | undefined {
  if (value.kind === 'tensor') return value.type;
  if (value.kind !== 'poison') {
    report(frame, { code: 'bad-type', message: `like(…) needs a tensor, not ${describe(value)}`, span });
  }
  return undefined;
}
