/** Random matrix products, for the laws. */
import type { Sample } from '../../define/op.ts';
import type { Pick } from '../../define/pick.ts';
import { contractedElements } from '../elements.ts';

/** A random legal call: also with vectors, broadcast batches and transposed operands, and with extents near those of register tiles. */
export function matmulSamples(pick: Pick): Sample {
  const [rows, columns] = [extent(pick), extent(pick)];
  const summed = extent(pick);
  const transposeA = pick.chance(0.3);
  const transposeB = pick.chance(0.4);
  const batch = Array.from({ length: pick.int(0, 2) }, () => pick.int(1, 3));
  const left = pick.chance(0.15) ? [summed] : matrix(pick, batch, transposeA ? [summed, rows] : [rows, summed]);
  const right = pick.chance(0.15) ? [summed] : matrix(pick, batch, transposeB ? [columns, summed] : [summed, columns]);
  const [first, second] = contractedElements(pick);
  return {
    operands: [
      { element: first, shape: left },
      { element: second, shape: right },
    ],
    args: { transpose_a: transposeA && left.length > 1, transpose_b: transposeB && right.length > 1 },
  };
}

function extent(pick: Pick): number {
  return pick.one([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 21, 35]);
}

/** The shape of a matrix. Some batch axes have extent 1 or are missing, so that they are broadcast. */
function matrix(pick: Pick, batch: readonly number[], axes: readonly number[]): readonly number[] {
  const kept = batch.slice(pick.chance(0.3) ? pick.int(0, batch.length) : 0);
  return [...kept.map(size => (pick.chance(0.3) ? 1 : size)), ...axes];
}
