/** Numbers as a text has them. */
import type { ElementType } from '@tessera-dnn/graph';

/** Beyond what any float of 32 bits holds: the language reads it as infinite. */
const infinite = '1e39';

/** The shortest text that reads back as the same number of `element`; `whole` numbers of floats have no decimal point. NaN has none. */
export function numberText(value: number, element: ElementType): string {
  if (element === 'bool') return value === 0 ? 'false' : 'true';
  if (element === 'i32' || element === 'i8' || element === 'u8') return String(value);
  if (!Number.isFinite(value)) return value < 0 ? `-${infinite}` : infinite;
  if (Object.is(value, -0)) return '-0.0';
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(
    count => Math.fround(Number(value.toPrecision(count))) === Math.fround(value),
  );
  const short = Number(value.toPrecision(digits ?? 17));
  return String(short).replace('e+', 'e');
}

/** The same with a decimal point, for where nothing else tells that it is a float. */
export function floatText(value: number): string {
  const short = numberText(value, 'f32');
  return /^-?\d+$/.test(short) ? `${short}.0` : short;
}

/** Numbers in row-major order as nested lists. */
export function listText(data: Float64Array, shape: readonly number[], element: ElementType): string {
  const write = (axis: number, start: number, count: number): string => {
    if (axis === shape.length) return numberText(data[start], element);
    const step = count / shape[axis];
    const parts = Array.from({ length: shape[axis] }, (_, i) => write(axis + 1, start + i * step, step));
    return `[${parts.join(', ')}]`;
  };
  return write(0, 0, data.length);
}
