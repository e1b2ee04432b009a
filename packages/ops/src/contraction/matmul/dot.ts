/**
 * Matrix products as dot products, for operands that are both contiguous along the summed axis, so that nothing has to be packed (the scores
 * of attention, a product with a vector). Tiles are 2 rows × 4 columns, or 1 × 8. With few columns, rows and columns change their roles.
 */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Sink, Vertex } from '@tessera-dnn/graph/op';
import { dotProducts, type SideBytes } from '../../plane/dot-tile.ts';
import { numberOf } from '../../plane/plane.ts';
import { storeAlong } from '../../plane/store.ts';
import { shareUnits } from '../../plane/units.ts';
import { numberElement } from '../../plane/views.ts';
import type { KeptAxis } from './product.ts';
import { productOf } from './product.ts';
import type { MatmulAttributes } from './shapes.ts';

/** A vertex with its numbers in registers; `rows` and `columns` are those of tiles, after they may have changed their roles. */
interface DotKernel {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly type: KernelType;
  readonly batch: readonly { readonly axis: number; readonly count: Operand }[];
  readonly rows: Lines;
  readonly columns: Lines;
  /** How many whole vectors the summed axis has, and how many elements are left. */
  readonly vectors: Operand;
  readonly rest: Operand;
  readonly bytes: SideBytes;
  readonly paired: number;
  readonly brain: { readonly rows: boolean; readonly columns: boolean };
}

/**
 * The lines (rows or columns) of one operand: where the first begins, the bytes from line to line and from batch to batch, and the axis of
 * the result for them (-1 if none).
 */
interface Lines {
  readonly axis: number;
  readonly count: number;
  readonly start: KernelValue;
  readonly bytes: Operand;
  readonly batchBytes: readonly Operand[];
}

/** Writes the whole kernel of a vertex with `summedTouches`. */
export function dotKernel(k: KernelBuilder, vertex: Vertex<MatmulAttributes>): void {
  const { context, sink } = vertex;
  const { rows, columns, batch, summed, aStart, bStart, bytes } = productOf(vertex);
  const left = linesOf(
    k,
    rows,
    k.add(k.address(0), k.field(aStart)),
    batch.map(axis => axis.aBytes),
  );
  const right = linesOf(
    k,
    columns,
    k.add(k.address(1), k.field(bStart)),
    batch.map(axis => axis.bBytes),
  );
  const turned = columns.count < 4 && rows.count > columns.count;
  const [a, b] = vertex.operands.map(({ type: { element } }) => element === 'bf16');
  emitProduct({
    k,
    sink,
    type: vectorOf(numberElement(context.result.element)),
    batch: batch.map(({ axis, count }) => ({ axis, count: numberOf(k, count) })),
    rows: turned ? right : left,
    columns: turned ? left : right,
    vectors: k.field(Math.floor(summed.count / 4)),
    rest: summed.count % 4 === 0 ? 0 : k.field(summed.count % 4),
    bytes: turned ? { rows: bytes.b, columns: bytes.a } : { rows: bytes.a, columns: bytes.b },
    // Where code is shared, a second loop would be code for all.
    paired: k.specialised && (a || b) ? 2 * Math.floor(summed.count / 8) : 0,
    brain: turned ? { rows: b, columns: a } : { rows: a, columns: b },
  });
}

function linesOf(k: KernelBuilder, kept: KeptAxis, start: KernelValue, batchBytes: readonly number[]): Lines {
  const { axis, count, bytes } = kept;
  return { axis, count, start, bytes: numberOf(k, bytes), batchBytes: batchBytes.map(each => numberOf(k, each)) };
}

function emitProduct(kernel: DotKernel): void {
  const { rows, columns } = kernel;
  const width = rows.count === 1 && columns.count >= 8 ? 8 : 4;
  const whole = Math.floor(columns.count / width);
  if (whole > 0) emitGroups(kernel, { first: 0, width, count: whole });
  const left = columns.count - whole * width;
  if (left >= 4) emitGroups(kernel, { first: whole * width, width: 4, count: 1 });
  if (left % 4 > 0) emitGroups(kernel, { first: columns.count - (left % 4), width: left % 4, count: 1 });
}

/** `count` groups of `width` neighbouring columns. */
interface ColumnGroups {
  readonly first: number;
  readonly width: number;
  readonly count: number;
}

/** All rows, in pairs, for some groups of columns. */
function emitGroups(kernel: DotKernel, { first, width, count }: ColumnGroups): void {
  const { k, batch, rows } = kernel;
  const pairs = Math.floor(rows.count / 2);
  const start = numberOf(k, first);
  const pairCount = numberOf(k, pairs);
  const lastRow = numberOf(k, 2 * pairs);
  shareUnits(k, [...batch.map(axis => axis.count), numberOf(k, count)], indices => {
    const at = indices.slice(0, -1);
    const column = k.add(k.mul(indices[indices.length - 1], width), start);
    const tile = (row: Operand, height: number): void => emitTile(kernel, { batch: at, row, height, column, width });
    k.loop(0, pairCount, pair => tile(k.mul(pair, 2), 2));
    if (rows.count % 2 > 0) tile(lastRow, 1);
  });
}

interface DotTile {
  readonly batch: readonly Operand[];
  readonly row: Operand;
  readonly height: number;
  readonly column: Operand;
  readonly width: number;
}

function emitTile(kernel: DotKernel, tile: DotTile): void {
  const { k, sink, type, rows, columns, vectors, rest, bytes, paired, brain } = kernel;
  const sums = dotProducts(k, {
    type,
    rows: addresses(k, rows, tile.batch, tile.row, tile.height),
    columns: addresses(k, columns, tile.batch, tile.column, tile.width),
    vectors,
    rest,
    bytes,
    paired,
    brain,
  });
  const at: Operand[] = [];
  kernel.batch.forEach(({ axis }, i) => {
    at[axis] = tile.batch[i];
  });
  if (rows.axis >= 0) at[rows.axis] = tile.row;
  if (columns.axis >= 0) at[columns.axis] = tile.column;
  const cursor = sink.at(at);
  sums.forEach((groups, r) => {
    groups.forEach((value, g) => {
      const offset: [number, number][] = r > 0 ? [[rows.axis, r]] : [];
      if (g > 0) offset.push([columns.axis, 4 * g]);
      if (columns.axis < 0) cursor.store(k.extract(value, 0), offset);
      else storeAlong(k, { sink, cursor, axis: columns.axis }, value, offset, Math.min(4, tile.width - 4 * g));
    });
  });
}

/** The addresses at which `count` neighbouring lines begin. */
function addresses(
  k: KernelBuilder,
  { start, bytes, batchBytes }: Lines,
  batch: readonly Operand[],
  first: Operand,
  count: number,
): readonly KernelValue[] {
  const own = first === 0 || bytes === 0 ? start : k.add(start, k.mul(first, bytes));
  const begin = batch.reduce<KernelValue>(
    (sum, index, i) => (batchBytes[i] === 0 || index === 0 ? sum : k.add(sum, k.mul(index, batchBytes[i]))),
    own,
  );
  return Array.from({ length: count }, (_, i) => (i === 0 ? begin : k.add(begin, k.mul(bytes, i))));
}
