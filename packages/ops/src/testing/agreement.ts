/** Checks whether the result of a kernel is as near to that of the oracle as its op promises. */
import type { Attributes } from '@tessera-dnn/graph';
import { elementCount, isFloat, roundingOf } from '@tessera-dnn/graph';
import type { Tensor } from '@tessera-dnn/graph/op';
import type { Instance } from './instance.ts';

/** A sentence about the first element that is too far off; `undefined` if there is none. */
export function disagreement(instance: Instance, got: ArrayLike<number>): string | undefined {
  const { answer } = instance;
  const bound = boundOf(instance);
  for (let i = 0; i < answer.data.length; i++) {
    if (!bound(got[i], i)) return `element ${i} is ${got[i]}, not ${answer.data[i]}`;
  }
  return got.length < answer.data.length ? `only ${got.length} elements` : undefined;
}

type Bound = (got: number, element: number) => boolean;

function boundOf(instance: Instance): Bound {
  const { op, answer } = instance;
  const { accuracy } = op;
  const same: Bound = (got, i) => Object.is(got, answer.data[i]);
  if (accuracy === 'exact' || !isFloat(answer.type.element)) return same;
  const within = accuracy === 'sum' ? sumBound(instance) : ulpBound(instance, accuracy.ulp);
  return (got, i) => same(got, i) || within(got, i);
}

/**
 * The bound for n additions or products in another order: each rounding adds an error of up to half a unit in the last place of the sum of
 * magnitudes.
 */
function sumBound(instance: Instance): Bound {
  const { context, operands, answer } = instance;
  const magnitudes = operands.map(({ type, data }) => ({ type, data: data.map(Math.abs) }));
  const total = exactly(instance, magnitudes, context.attributes);
  const terms = Math.max(termsOf(instance), ...operands.map(({ data }) => data.length / answer.data.length)) + 2;
  return (got, i) => Math.abs(got - answer.data[i]) <= terms * 2 ** -23 * total[i];
}

/** How many terms a sum has: over axes of the space, or along axes of the result that are never cut (as in `cumsum`). */
function termsOf({ op, context, answer }: Instance): number {
  if (op.kind !== 'kernel') return 1;
  const { extents, whole = [] } = op.space(context);
  return elementCount([...extents.slice(answer.type.shape.length), ...whole.map(axis => extents[axis])]);
}

/** The distance from the oracle without rounding. At the ends of the range, ∞ counts as the next number after the largest. */
function ulpBound(instance: Instance, ulp: number): Bound {
  const exact = exactly(instance, instance.operands, instance.context.attributes);
  return (got, i) => {
    const wanted = exact[i];
    if (Number.isNaN(wanted) || Number.isNaN(got)) return Number.isNaN(wanted) && Number.isNaN(got);
    if (Math.abs(wanted) === Infinity) return got === wanted;
    const finite = Math.abs(got) === Infinity ? Math.sign(got) * 2 ** 128 : got;
    return Math.abs(finite - wanted) <= ulp * unitInTheLastPlace(wanted);
  };
}

function exactly({ op, answer }: Instance, operands: readonly Tensor[], attributes: Attributes): Float64Array {
  return op.evaluate(
    operands,
    attributes,
    answer.type,
    roundingOf(answer.type.element, x => x),
  );
}

/** The distance of neighbouring f32 numbers near `x`. */
export function unitInTheLastPlace(x: number): number {
  const magnitude = Math.min(Math.max(Math.abs(x), 2 ** -126), 2 ** 127);
  return 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}
