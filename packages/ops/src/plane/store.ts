/** Handing a register tile to the sink. */
import type { Cursor, KernelBuilder, KernelValue, Sink } from '@tessera/graph';
import { isVector } from '@tessera/graph';

export type Offset = readonly (readonly [axis: number, elements: number])[];

/**
 * Stores the first `lanes` lanes of `value`, which are neighbours along `axis` of the result: as a vector where the sink takes
 * vectors along that axis, else one by one.
 */
export function storeAlong(
  k: KernelBuilder,
  sink: Sink,
  cursor: Cursor,
  axis: number,
  value: KernelValue,
  offset: Offset,
  lanes = 4,
): void {
  if (!isVector(value.type)) {
    cursor.store(value, offset);
  } else if (sink.vectorAxis === axis) {
    cursor.store(value, offset, lanes);
  } else {
    for (let lane = 0; lane < lanes; lane++) {
      cursor.store(k.extract(value, lane), lane === 0 ? offset : [...offset, [axis, lane]]);
    }
  }
}
