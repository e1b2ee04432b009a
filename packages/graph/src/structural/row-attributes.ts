/** The attributes of a `row` node: which axes make up a row, the full shape before anything is reduced, and how many results there are. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Attributes } from '../graph.ts';

export interface RowAttributes {
  readonly axes: readonly number[];
  readonly shape: readonly number[];
  /** So many last steps are results, stacked along a first axis; absent: the last step is the result. */
  readonly stack?: number;
}

/** Reads the attributes of a `row` node; without axes and shape they are an InternalError, as only passes make such nodes. */
export function rowAttributes(attributes: Attributes): RowAttributes {
  const { axes, shape, stack } = attributes;
  if (!isNumbers(axes) || !isNumbers(shape)) throw new InternalError('row', 'a row node needs axes and a shape');
  return typeof stack === 'number' ? { axes, shape, stack } : { axes, shape };
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(entry => typeof entry === 'number');
}
