/** The parts from which gradients are built: arithmetic on values, sums to the shape of a broadcast operand, and repetition along reduced axes. */
import type { ElementType, TensorType, ValueId } from '@tessera-dnn/graph';
import { sameShape } from '@tessera-dnn/graph';
import type { Expander, GradientCall } from '@tessera-dnn/graph/op';

/** A value, or a number that takes the element type of the other operand. */
export type Term = ValueId | { readonly number: number };

/** Arithmetic that reads like a formula; operands are broadcast. A number beside a value becomes a scalar constant of its element type. */
export interface Arithmetic {
  readonly add: (a: ValueId, b: Term) => ValueId;
  readonly sub: (a: Term, b: ValueId) => ValueId;
  readonly mul: (a: ValueId, b: Term) => ValueId;
  readonly div: (a: ValueId, b: Term) => ValueId;
  readonly neg: (a: ValueId) => ValueId;
  /** `a` where the condition holds, else `b`; at least one of them is a value. */
  readonly where: (condition: ValueId, a: Term, b: Term) => ValueId;
  readonly compare: (op: 'eq' | 'lt' | 'le' | 'ge' | 'gt', a: ValueId, b: Term) => ValueId;
  /** A unary op without attributes. */
  readonly apply: (op: string, a: ValueId) => ValueId;
}

/** The number 0 as an operand. */
export const zero: Term = { number: 0 };
/** The number 1 as an operand. */
export const one: Term = { number: 1 };

/** Arithmetic that adds its nodes to `build`. */
export function arithmetic(build: Expander): Arithmetic {
  const beside = (a: Term, b: Term): readonly [ValueId, ValueId] => {
    const read = (term: Term, other: Term): ValueId =>
      typeof term === 'number' ? term : scalar(build, elementOf(build, other), term.number);
    return [read(a, b), read(b, a)];
  };
  return {
    add: (a, b) => build.op('add', beside(a, b)),
    sub: (a, b) => build.op('sub', beside(a, b)),
    mul: (a, b) => build.op('mul', beside(a, b)),
    div: (a, b) => build.op('div', beside(a, b)),
    neg: a => build.op('neg', [a]),
    where: (condition, a, b) => build.op('where', [condition, ...beside(a, b)]),
    compare: (op, a, b) => build.op(op, beside(a, b)),
    apply: (op, a) => build.op(op, [a]),
  };
}

function elementOf(build: Expander, term: Term): TensorType['element'] {
  return typeof term === 'number' ? build.type(term).element : 'f32';
}

/** `value` where `condition` holds, else zero. */
export function masked(build: Expander, condition: ValueId, value: ValueId): ValueId {
  return arithmetic(build).where(condition, value, zero);
}

/** `condition` where the result is used; false where the program masks it away (where `guard` is false). */
export function seen({ build, guard }: Pick<GradientCall, 'build' | 'guard'>, condition: ValueId): ValueId {
  return guard === undefined ? condition : build.op('and', [guard, condition]);
}

/** A constant of shape `[]`. */
export function scalar(build: Expander, element: TensorType['element'], value: number): ValueId {
  return build.constant({ element, shape: [] }, value);
}

/** `value` summed over those axes along which a tensor of `shape` had to be repeated to get the shape of `value`. The result has `shape`. */
export function sumTo(build: Expander, value: ValueId, shape: readonly number[]): ValueId {
  const from = build.type(value).shape;
  if (sameShape(from, shape)) return value;
  const skipped = from.length - shape.length;
  const axes = from.flatMap((extent, axis) =>
    axis < skipped || (shape[axis - skipped] === 1 && extent !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? value : build.op('sum', [value], { axes, keep: skipped === 0 });
  return reshaped(build, summed, shape);
}

/** `value` in another shape with as many elements; `value` itself if it has that shape. */
export function reshaped(build: Expander, value: ValueId, shape: readonly number[]): ValueId {
  return sameShape(build.type(value).shape, shape) ? value : build.op('reshape', [value], { shape });
}

/** A value of the shape of a reduction's result, with the reduced `axes` of the operand's `shape` put back with extent 1. */
export function kept(build: Expander, value: ValueId, shape: readonly number[], axes: readonly number[]): ValueId {
  return reshaped(
    build,
    value,
    shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

/** A value of the shape of a reduction's result, repeated along the reduced `axes` to the operand's `shape`. */
export function spread(build: Expander, value: ValueId, shape: readonly number[], axes: readonly number[]): ValueId {
  const row = kept(build, value, shape, axes);
  return sameShape(build.type(row).shape, shape) ? row : build.op('broadcast_to', [row], { shape });
}

/** The elements `[start, start + count)` of every axis. */
export function part(build: Expander, value: ValueId, start: readonly number[], count: readonly number[]): ValueId {
  const { shape } = build.type(value);
  return sameShape(shape, count) ? value : build.op('slice', [value], { start, count, step: count.map(() => 1) });
}

/** Integers, with those below 0 replaced by 0 and those above `last` by `last`. */
export function clamped(build: Expander, places: ValueId, last: number): ValueId {
  const { element } = build.type(places);
  const low = build.op('maximum', [places, scalar(build, element, 0)]);
  return build.op('minimum', [low, scalar(build, element, last)]);
}

/** `value` in another element type, or as it is if that is its own. */
export function castTo(build: Expander, value: ValueId, element: ElementType): ValueId {
  return build.type(value).element === element ? value : build.op('cast', [value], { element });
}
