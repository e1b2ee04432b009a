/** Checks whether the result of a kernel is as near to that of the oracle as its op promises. */
import type { Attributes, ElementType } from '@tessera-dnn/graph';
import { elementCount, isFloat, roundingOf } from '@tessera-dnn/graph';
import type { Tensor } from '@tessera-dnn/graph/op';
import type { Instance } from './instance.ts';

/** A sentence about the first element that is too far off; `undefined` if there is none. */
export function disagreement(instance: Instance, got: ArrayLike<number>): string | undefined {
  const { answer } = instance;
  const bound = boundOf(instance);
  for (let i = 0; i < answer.data.length; i++) {
    const problem = Object.is(got[i], answer.data[i]) ? undefined : bound(got[i], i);
    if (problem !== undefined) return `element ${i} is ${got[i]}, ${problem}`;
  }
  return got.length < answer.data.length ? `only ${got.length} elements` : undefined;
}

/** What an element is not, and by how much; `undefined` if it is near enough. */
type Bound = (got: number, element: number) => string | undefined;

function boundOf(instance: Instance): Bound {
  const { op, answer } = instance;
  const { accuracy } = op;
  if (accuracy === 'exact' || !isFloat(answer.type.element)) return (_, i) => `not ${answer.data[i]}, to the bit`;
  return accuracy === 'sum' ? sumBound(instance) : ulpBound(instance, accuracy.ulp);
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
  const { element } = answer.type;
  return (got, i) => {
    const wanted = answer.data[i];
    const error = terms * 2 ** -23 * total[i];
    // Both are rounded where they are stored.
    const allowed = error + 2 * storageError(element, wanted);
    const off = Math.abs(finite(element, got) - finite(element, wanted));
    return off <= allowed ? undefined : `${off} from ${wanted}; a sum of ${terms} terms may be off by ${allowed}`;
  };
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
  const { element } = instance.answer.type;
  return (got, i) => {
    const wanted = exact[i];
    const unit = unitInTheLastPlace(wanted);
    // What is infinite without rounding has to be infinite.
    const off = Math.abs(wanted) === Infinity ? Infinity : Math.abs(finite(element, got) - finite(element, wanted));
    if (off <= ulp * unit + storageError(element, wanted) || Object.is(got, wanted)) return undefined;
    const units = Number((off / unit).toPrecision(3));
    return `${units} units in the last place from ${wanted}, the oracle's answer without rounding; \`accuracy\` allows ${ulp}`;
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

/** Bits of the fraction, the exponent of the smallest normal number, and the power of two beyond the largest number. */
const formats = {
  f32: { fraction: 23, least: -126, beyond: 128 },
  f16: { fraction: 10, least: -14, beyond: 16 },
  bf16: { fraction: 7, least: -126, beyond: 128 },
} as const;

function formatOf(element: ElementType): (typeof formats)[keyof typeof formats] {
  return element === 'f16' || element === 'bf16' ? formats[element] : formats.f32;
}

/** `x` cut off at the next number after the largest, as which infinity counts. */
function finite(element: ElementType, x: number): number {
  const most = 2 ** formatOf(element).beyond;
  return Math.min(Math.max(x, -most), most);
}

/** By how much a number of 16 bits may be off because it is stored as one; 0 for f32, whose bounds count all roundings. */
function storageError(element: ElementType, x: number): number {
  if (element !== 'f16' && element !== 'bf16') return 0;
  const { fraction, least, beyond } = formats[element];
  const magnitude = Math.min(Math.max(Math.abs(x), 2 ** least), 2 ** (beyond - 1));
  return 2 ** (Math.floor(Math.log2(magnitude)) - fraction - 1);
}

/** The distance of neighbouring f32 numbers near `x`. */
export function unitInTheLastPlace(x: number): number {
  const magnitude = Math.min(Math.max(Math.abs(x), 2 ** -126), 2 ** 127);
  return 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}
