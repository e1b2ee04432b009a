/** The attributes of a `row` node: which axes make up a row, and the full shape before anything is reduced. */
import { InternalError } from '@tessera/diagnostics';
import type { Attributes } from '../graph.ts';

export interface RowAttributes {
  readonly axes: readonly number[];
  readonly shape: readonly number[];
}

export function rowAttributes(attributes: Attributes): RowAttributes {
  const { axes, shape } = attributes;
  if (!isNumbers(axes) || !isNumbers(shape)) throw new InternalError('row', 'a row node needs axes and a shape');
  return { axes, shape };
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(entry => typeof entry === 'number');
}
