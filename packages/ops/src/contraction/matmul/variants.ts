/** The layouts in which matrix products work. */
import type { Layout, TensorType } from '@tessera-dnn/graph';
import { rowMajor } from '@tessera-dnn/graph';
import type { OpContext, Variant } from '@tessera-dnn/graph/op';
import { bytesAtOnce } from '../../plane/products.ts';
import { multipliesBytes } from '../bytes.ts';
import type { MatmulAttributes } from './shapes.ts';
import { matrixAxes, resultAxes } from './shapes.ts';

/** If so many rows or columns read an operand, packing it is a small part of the work. */
const manyReaders = 128;

/**
 * The variants, the fastest first; `any` takes all layouts.
 * - `blocked-bytes`: b is packed as `[N/8][K/4][8][4]`, for operands of 8 bits, and those of a touch along the summed axis;
 * - `blocked`: b is packed as `[N/8][K][8]`, which is best for weights;
 * - `columns`: the columns of b are neighbours in memory;
 * - `dot`: the elements of both operands are neighbours along the summed axis, as in the scores of attention.
 *
 * If an operand whose rows are far apart is read down its columns, each element is in a cache line of its own, and all these lines fall into
 * few sets of the cache. So if many rows read b, it is packed; if many columns read a transposed a, it is brought into the layout of `dot`.
 */
export function matmulVariants({ operands, attributes, result }: OpContext<MatmulAttributes>): readonly Variant[] {
  const [a, b] = operands;
  const rank = result.shape.length;
  const out = rowMajor(rank);
  const dot: Variant = {
    name: 'dot',
    result: out,
    operands: [summedInnermost(0, a.shape.length, attributes), summedInnermost(1, b.shape.length, attributes)],
    quantum: [...result.shape.map((_, axis) => (axis === rank - 1 ? 4 : 1)), 4],
  };
  const any: Variant = { name: 'any', result: 'any', operands: ['any', 'any'] };
  const { row, column } = resultAxes(operands, rank);
  if (column < 0) return [dot, any];
  const size = result.shape[column] <= 4 ? 4 : 8;
  const quantum = [...result.shape.map((_, axis) => (axis === column ? size : 1)), 4];
  const rows = attributes.transpose_a && result.shape[column] >= manyReaders ? dot.operands[0] : 'any';
  const blocks = blockedColumns(b.shape.length, size, attributes);
  const neighbours = columnsInnermost(b.shape.length, attributes);
  const blocked: Variant = { name: 'blocked', result: out, operands: [rows, blocks], quantum };
  const columns: Variant = { name: 'columns', result: out, operands: ['any', neighbours], quantum };
  const bytes: Variant = {
    name: 'blocked-bytes',
    result: out,
    operands: [dot.operands[0], blockedBytes(b.shape.length, size, attributes)],
    quantum,
    wholeQuanta: true,
  };
  const all = row >= 0 && result.shape[row] >= manyReaders ? [blocked, dot, any] : [blocked, columns, dot, any];
  return takesBytes(operands, attributes) ? [bytes, ...all] : all;
}

/** Whether the terms of a sum come in whole fours of bytes. */
function takesBytes(operands: readonly TensorType[], attributes: MatmulAttributes): boolean {
  const { shape } = operands[1];
  const { summed } = matrixAxes(1, shape.length, attributes);
  return shape[summed] % bytesAtOnce === 0 && multipliesBytes(operands);
}

function blockedColumns(rank: number, size: number, attributes: MatmulAttributes): Layout {
  const { kept, summed } = matrixAxes(1, rank, attributes);
  return { order: [...batchAxes(rank), kept, summed], block: { axis: kept, size } };
}

function blockedBytes(rank: number, size: number, attributes: MatmulAttributes): Layout {
  const { kept, summed } = matrixAxes(1, rank, attributes);
  const { order } = blockedColumns(rank, size, attributes);
  return { order, block: { axis: kept, size, lanes: { axis: summed, size: bytesAtOnce } } };
}

function columnsInnermost(rank: number, attributes: MatmulAttributes): Layout {
  const { kept, summed } = matrixAxes(1, rank, attributes);
  return { order: [...batchAxes(rank), summed, kept] };
}

function summedInnermost(operand: 0 | 1, rank: number, attributes: MatmulAttributes): Layout {
  if (rank === 1) return { order: [0] };
  const { kept, summed } = matrixAxes(operand, rank, attributes);
  return { order: [...batchAxes(rank), kept, summed] };
}

function batchAxes(rank: number): readonly number[] {
  return Array.from({ length: rank - 2 }, (_, axis) => axis);
}
