/** The two 16-bit floats as numbers. Every value of both is exactly a 32-bit float. */

/** The value of 16 bits as IEEE 754 binary16: 1 sign bit, 5 bits of exponent, 10 of fraction. */
export function widenHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** The value of 16 bits as bfloat16, which are the upper half of a 32-bit float. */
export function widenBfloat(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}
