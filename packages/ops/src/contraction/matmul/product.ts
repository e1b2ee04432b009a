/** A vertex of a matrix product as numbers: counts, and strides of both operands in bytes. */
import type { OpContext, Vertex, View } from '@tessera-dnn/graph/op';
import { bytesAtOnce } from '../../plane/products.ts';
import { bytesOf, distanceBytes, strideBytes } from '../../plane/views.ts';
import type { MatmulAttributes } from './shapes.ts';
import { batchAxis, matrixAxes, resultAxes } from './shapes.ts';

/** An axis of the result that only one operand has; `axis` is -1 and `count` 1 if that operand is a vector. */
export interface KeptAxis {
  readonly axis: number;
  readonly count: number;
  readonly bytes: number;
}

/** Distances in bytes are 0 where an operand is broadcast. */
export interface Product {
  readonly batch: readonly {
    readonly axis: number;
    readonly count: number;
    readonly aBytes: number;
    readonly bBytes: number;
  }[];
  readonly rows: KeptAxis;
  readonly columns: KeptAxis;
  readonly summed: { readonly count: number; readonly aBytes: number; readonly bBytes: number };
  /** Bytes from the first element of each operand to the first that the box needs. */
  readonly aStart: number;
  readonly bStart: number;
  /** Bytes of an element of each operand. */
  readonly bytes: { readonly a: number; readonly b: number };
}

/** The numbers of a vertex. Blocked axes must begin with a block; if not, it is an `InternalError`. */
export function productOf(vertex: Vertex<MatmulAttributes>): Product {
  const { context, box, operands } = vertex;
  const [a, b] = operands;
  const rank = context.result.shape.length;
  const axes = resultAxes(context.operands, rank);
  const left = matrixAxes(0, a.type.shape.length, context.attributes);
  const right = matrixAxes(1, b.type.shape.length, context.attributes);
  const kept = (axis: number, view: View, own: number): KeptAxis =>
    axis < 0 ? { axis, count: 1, bytes: 0 } : { axis, count: box.count[axis], bytes: strideBytes(view, own) };
  return {
    batch: Array.from({ length: axes.batch }, (_, axis) => ({
      axis,
      count: box.count[axis],
      aBytes: batchBytes(a, axis, axes.batch),
      bBytes: batchBytes(b, axis, axes.batch),
    })),
    rows: kept(axes.row, a, left.kept),
    columns: kept(axes.column, b, right.kept),
    summed: { count: box.count[rank], aBytes: strideBytes(a, left.summed), bBytes: strideBytes(b, right.summed) },
    aStart: distanceBytes(a, startOf(vertex, 0)),
    bStart: distanceBytes(b, startOf(vertex, 1)),
    bytes: { a: bytesOf(a), b: bytesOf(b) },
  };
}

/** Bytes from batch to batch; 0 if the operand is broadcast along the axis. */
function batchBytes(view: View, axis: number, batch: number): number {
  const own = batchAxis(view.type, axis, batch);
  return own < 0 || view.type.shape[own] === 1 ? 0 : strideBytes(view, own);
}

/** The coordinates, in the operand, of the first element that the box needs. */
export function startOf({ context, box, operands }: Vertex<MatmulAttributes>, operand: 0 | 1): readonly number[] {
  const { type } = operands[operand];
  const rank = context.result.shape.length;
  const { batch, row, column } = resultAxes(context.operands, rank);
  const axes = matrixAxes(operand, type.shape.length, context.attributes);
  const kept = operand === 0 ? row : column;
  return type.shape.map((extent, axis) => {
    if (axis === axes.summed) return box.start[rank];
    if (axis === axes.kept) return box.start[kept];
    return extent === 1 ? 0 : box.start[axis + batch - (type.shape.length - 2)];
  });
}

/** Whether the columns of b are neighbours in memory. */
export function columnsTouch({ operands: [, b], context }: Vertex<MatmulAttributes>): boolean {
  const { kept } = matrixAxes(1, b.type.shape.length, context.attributes);
  return kept >= 0 && b.layout.block === undefined && (b.strides[kept] === 1 || b.region.count[kept] === 1);
}

/** Whether the elements of both operands are neighbours in memory along the summed axis. */
export function summedTouches({ operands, context }: Vertex<MatmulAttributes>): boolean {
  return operands.every((view, operand) => {
    const { summed } = matrixAxes(
      operand as 0 | 1,
      view.type.shape.length,
      (context as OpContext<MatmulAttributes>).attributes,
    );
    return view.layout.block === undefined && (view.strides[summed] === 1 || view.region.count[summed] === 1);
  });
}

/** Whether b is packed in blocks of columns, and the box begins with a block; and where b is packed for bytes, whether these come in fours. */
export function columnsBlocked(vertex: Vertex<MatmulAttributes>): boolean {
  const { context, box } = vertex;
  const [, b] = vertex.operands;
  const { kept } = matrixAxes(1, b.type.shape.length, context.attributes);
  const { column } = resultAxes(context.operands, context.result.shape.length);
  const { block } = b.layout;
  if (block?.lanes && !bytesInFours(vertex)) return false;
  return block !== undefined && block.axis === kept && (box.start[column] - b.region.start[kept]) % block.size === 0;
}

function bytesInFours({ operands, context, box }: Vertex<MatmulAttributes>): boolean {
  const rank = context.result.shape.length;
  if (box.count[rank] % bytesAtOnce !== 0) return false;
  return operands.every((view, operand) => {
    const { summed } = matrixAxes(operand as 0 | 1, view.type.shape.length, context.attributes);
    const inFours = (box.start[rank] - view.region.start[summed]) % bytesAtOnce === 0 && view.region.step[summed] === 1;
    return inFours && (operand === 1 || view.strides[summed] === 1);
  });
}
