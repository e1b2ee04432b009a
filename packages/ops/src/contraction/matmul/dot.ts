/**
 * Matrix products as dot products: both operands lie along the summed axis, so nothing need be packed (attention's scores, a product
 * with a vector). Tiles are 2 rows × 4 columns, or 1 × 8; a product with one column is turned round, rows for columns.
 */
import type { KernelBuilder, KernelValue, Operand, Vertex } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import { dotProducts } from '../../plane/dot-tile.ts';
import { numberOf } from '../../plane/plane.ts';
import { storeAlong } from '../../plane/store.ts';
import { shareUnits } from '../../plane/units.ts';
import { registerType } from '../../plane/views.ts';
import type { KeptAxis, Product } from './product.ts';
import { productOf } from './product.ts';
import type { MatmulAttributes } from './shapes.ts';

/** One operand's part: where its lines begin, and the result's axis they make. */
interface Side extends KeptAxis {
  readonly start: KernelValue;
  readonly batchBytes: readonly number[];
}

export function dotKernel(k: KernelBuilder, vertex: Vertex<MatmulAttributes>): void {
  const product = productOf(k, vertex);
  const { batch } = product;
  const rows: Side = { ...product.rows, start: product.a, batchBytes: batch.map(axis => axis.aBytes) };
  const columns: Side = { ...product.columns, start: product.b, batchBytes: batch.map(axis => axis.bBytes) };
  if (columns.count < 4 && rows.count > columns.count) emitSides(k, vertex, product, columns, rows);
  else emitSides(k, vertex, product, rows, columns);
}

function emitSides(
  k: KernelBuilder,
  vertex: Vertex<MatmulAttributes>,
  product: Product,
  rows: Side,
  columns: Side,
): void {
  const group = rows.count === 1 && columns.count >= 8 ? 8 : 4;
  const whole = Math.floor(columns.count / group);
  const emit = new DotEmitter(k, vertex, product, rows, columns);
  if (whole > 0) emit.columnGroups({ first: 0, width: group, count: whole });
  const left = columns.count - whole * group;
  if (left >= 4) emit.columnGroups({ first: whole * group, width: 4, count: 1 });
  if (left % 4 > 0) emit.columnGroups({ first: columns.count - (left % 4), width: left % 4, count: 1 });
}

/** `count` groups of `width` neighbouring columns. */
interface Groups {
  readonly first: number;
  readonly width: number;
  readonly count: number;
}

/** The numbers of one vertex as registers, shared by the code of all its tiles. */
class DotEmitter {
  readonly #k: KernelBuilder;
  readonly #vertex: Vertex<MatmulAttributes>;
  readonly #product: Product;
  readonly #rows: Side;
  readonly #columns: Side;
  readonly #batch: readonly { readonly count: Operand; readonly rowBytes: Operand; readonly columnBytes: Operand }[];
  readonly #rowBytes: Operand;
  readonly #columnBytes: Operand;
  readonly #vectors: Operand;
  readonly #rest: Operand;

  constructor(k: KernelBuilder, vertex: Vertex<MatmulAttributes>, product: Product, rows: Side, columns: Side) {
    this.#k = k;
    this.#vertex = vertex;
    this.#product = product;
    this.#rows = rows;
    this.#columns = columns;
    this.#batch = product.batch.map(({ count }, i) => ({
      count: numberOf(k, count),
      rowBytes: numberOf(k, rows.batchBytes[i]),
      columnBytes: numberOf(k, columns.batchBytes[i]),
    }));
    this.#rowBytes = numberOf(k, rows.bytes);
    this.#columnBytes = numberOf(k, columns.bytes);
    this.#vectors = k.field(Math.floor(product.summed.count / 4));
    this.#rest = product.summed.count % 4 === 0 ? 0 : k.field(product.summed.count % 4);
  }

  columnGroups(groups: Groups): void {
    const k = this.#k;
    const pairs = Math.floor(this.#rows.count / 2);
    const counts = [...this.#batch.map(axis => axis.count), numberOf(k, groups.count)];
    shareUnits(k, counts, indices => {
      const batch = indices.slice(0, -1);
      const column = k.add(k.mul(indices[indices.length - 1], groups.width), numberOf(k, groups.first));
      if (pairs > 0) {
        k.loop(0, numberOf(k, pairs), pair => this.#tile(batch, k.mul(pair, 2), 2, column, groups.width));
      }
      if (this.#rows.count % 2 > 0) this.#tile(batch, numberOf(k, 2 * pairs), 1, column, groups.width);
    });
  }

  #tile(batch: readonly Operand[], row: Operand, height: number, column: Operand, width: number): void {
    const k = this.#k;
    const lines = (side: Side, bytes: Operand, batchBytes: readonly Operand[], first: Operand, count: number) => {
      const start = batch.reduce<KernelValue>(
        (sum, index, i) => (batchBytes[i] === 0 || index === 0 ? sum : k.add(sum, k.mul(index, batchBytes[i]))),
        first === 0 || bytes === 0 ? side.start : k.add(side.start, k.mul(first, bytes)),
      );
      return Array.from({ length: count }, (_, i) => (i === 0 ? start : k.add(start, k.mul(bytes, i))));
    };
    const rowBatch = this.#batch.map(axis => axis.rowBytes);
    const columnBatch = this.#batch.map(axis => axis.columnBytes);
    const sums = dotProducts(k, {
      type: vectorOf(registerType(this.#vertex.context.result.element)),
      rows: lines(this.#rows, this.#rowBytes, rowBatch, row, height),
      columns: lines(this.#columns, this.#columnBytes, columnBatch, column, width),
      vectors: this.#vectors,
      rest: this.#rest,
    });
    this.#store(batch, row, column, width, sums);
  }

  #store(
    batch: readonly Operand[],
    row: Operand,
    column: Operand,
    width: number,
    sums: readonly (readonly KernelValue[])[],
  ): void {
    const { sink } = this.#vertex;
    const at: Operand[] = [];
    this.#product.batch.forEach(({ axis }, i) => {
      at[axis] = batch[i];
    });
    if (this.#rows.axis >= 0) at[this.#rows.axis] = row;
    const { axis } = this.#columns;
    if (axis >= 0) at[axis] = column;
    const cursor = sink.at(at);
    sums.forEach((groups, r) => {
      groups.forEach((value, g) => {
        const offset: [number, number][] = r > 0 ? [[this.#rows.axis, r]] : [];
        if (g > 0) offset.push([axis, 4 * g]);
        const lanes = Math.min(4, width - 4 * g);
        if (axis >= 0) storeAlong(this.#k, sink, cursor, axis, value, offset, lanes);
        else cursor.store(this.#k.extract(value, 0), offset);
      });
    });
  }
}
