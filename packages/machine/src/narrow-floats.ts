/**
 * The two floats of 16 bits: f16 is IEEE 754's binary16, bf16 the upper half of a 32-bit float. JavaScript has neither, so their tensors are
 * held as 32-bit floats, which have every value of both.
 *
 * Files and chips convert here. The graph's interpreter has an arithmetic of its own (`packages/graph/src/memory.ts`), which knows nothing of
 * this one: kernels are held against it, and so is this.
 */

export type NarrowFloat = 'f16' | 'bf16';

/** A sign bit comes first, then the exponent, then the fraction. */
interface Layout {
  readonly fractionBits: number;
  /** The exponent of the smallest number that is not subnormal. */
  readonly leastExponent: number;
  readonly infinity: number;
  readonly nan: number;
}

const layouts: { readonly [element in NarrowFloat]: Layout } = {
  f16: { fractionBits: 10, leastExponent: -14, infinity: 0x7c00, nan: 0x7e00 },
  bf16: { fractionBits: 7, leastExponent: -126, infinity: 0x7f80, nan: 0x7fc0 },
};

/** Whether the element type is a float of 16 bits. */
export function isNarrowFloat(element: string): element is NarrowFloat {
  return Object.hasOwn(layouts, element);
}

/** The values of elements that are given as 16 bits each. Exact. */
export function widened(element: NarrowFloat, bits: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const values = tableOf(element);
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = values[bits[i]];
  return result;
}

/**
 * The bits of `values` rounded to the nearest element, of two equally near ones to the even one. Subnormals are kept, what is beyond the
 * largest element becomes infinite, and every NaN the same one.
 */
export function narrowed(element: NarrowFloat, values: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  const layout = layouts[element];
  const result = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = bitsOf(values[i], layout);
  return result;
}

const tables = new Map<NarrowFloat, Float32Array>();

/** The values of all 65,536 elements, made once: weights are tens of millions. */
function tableOf(element: NarrowFloat): Float32Array {
  const known = tables.get(element);
  if (known) return known;
  const table = Float32Array.from({ length: 2 ** 16 }, (_, bits) => numberOf(bits, layouts[element]));
  tables.set(element, table);
  return table;
}

function numberOf(bits: number, { fractionBits, leastExponent, infinity }: Layout): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const size = bits & 0x7fff;
  if (size >= infinity) return size === infinity ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const fraction = size & (2 ** fractionBits - 1);
  const exponent = size >> fractionBits;
  // Exponent 0 is for subnormals, which have the units of exponent 1 and no leading one.
  const units = exponent === 0 ? fraction : 2 ** fractionBits + fraction;
  return sign * units * 2 ** (Math.max(exponent, 1) - 1 + leastExponent - fractionBits);
}

/** One double and its two words, the upper with its exponent. WebAssembly's hosts are little-endian. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * A number below 2^52 that is added to 2^52 is rounded to a whole one, which the lower word of the sum then holds. Here 2^52 is multiplied by
 * the unit in the last place, so that the number is rounded to whole units, and these are counted.
 */
function bitsOf(value: number, { fractionBits, leastExponent, infinity, nan }: Layout): number {
  if (Number.isNaN(value)) return nan;
  double[0] = value;
  const sign = (words[1] >>> 16) & 0x8000;
  const exponent = Math.max(((words[1] >>> 20) & 0x7ff) - 1023, leastExponent);
  words[0] = 0;
  words[1] = (exponent - fractionBits + 52 + 1023) << 20;
  double[0] += Math.abs(value);
  const units = words[0];
  // The leading one of the units raises the exponent by one, and a carry of the rounding by another, at last to infinity. Far beyond, where
  // the units are too large for a double themselves, the exponent alone is more than that of infinity.
  return sign | Math.min(((exponent - leastExponent) << fractionBits) + units, infinity);
}
