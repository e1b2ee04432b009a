/** The numbers of constants and weights, as doubles. */
import type { StoredTensor } from '@tessera-dnn/formats';
import { elementCount } from '@tessera-dnn/graph';
import { isNarrowFloat, widened } from '@tessera-dnn/machine';
import { refuse } from './refusal.ts';
import type { Value } from './value.ts';

/** All elements of a constant or of weights, in row-major order. An internal fault for anything else. */
export function decoded(value: Value): Float64Array {
  return numbersOf(value) ?? refuse('a value is not known beforehand');
}

/** A file may say any shape in a few bytes. */
const mostElements = 2 ** 26;

/** All elements of a value that is known beforehand; undefined for one that is computed when the program runs. */
export function numbersOf({ source, type }: Value): Float64Array | undefined {
  if (source.kind === 'weight') return doubles(source.stored);
  if (source.kind !== 'constant') return undefined;
  const count = elementCount(type.shape);
  if (count > mostElements) refuse(`a constant has ${count} elements`);
  return source.data.length === count ? source.data : new Float64Array(count).fill(source.data[0]);
}

/** The elements of a stored tensor as doubles; whole numbers beyond 2^53 are the nearest ones. */
export function doubles({ element, data }: StoredTensor): Float64Array {
  if (isNarrowFloat(element)) return Float64Array.from(widened(element, data as Uint16Array));
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}
