/**
 * Transforms the inputs of a strip of tiles into scratch memory: `[point][tile][channel]`.
 *
 * Tiles whose inputs all exist are read where they lie. Those that reach into the padding, or behind the last input, are first copied, with zeros
 * for what does not exist.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import type { WinogradAxis } from './plan.ts';
import { transformSquare } from './transform.ts';
import { forRows, forVectors, type Rows, vectorBytes, type Work } from './work.ts';

/** Writes the code for these rows of tiles. */
export function transformInputs(work: Work, rows: Rows): void {
  const { k, shape, transform, input, plan } = work;
  const { results } = transform;
  const [from, to] = insideTiles(work, shape.columns, plan.tileColumns);
  const [firstRow, endRow] = insideTiles(work, shape.rows, plan.tileRows);
  const always = firstRow === 0 && endRow === plan.tileRows;
  forRows(work, rows, ({ image, row, number }) => {
    const y = k.add(k.mul(row, results), shape.rows.first);
    const start = k.add(input.start, k.mul(image, input.imageBytes));
    const target = (column: KernelValue) => k.add(work.scratch.input, k.mul(k.add(number, column), shape.channels * 4));
    const columnOf = (column: KernelValue) => k.add(k.mul(column, results), shape.columns.first);
    const exists = always ? undefined : k.and(k.ge(row, firstRow), k.lt(row, endRow));
    const inRow = (yes: number, no: number) => (exists ? k.select(exists, k.i32(yes), no) : k.i32(yes));
    const inside = to - from;
    if (inside > 0) {
      const line = k.add(start, k.mul(y, input.rowBytes));
      k.loop(from, inRow(to, from), column => {
        const at = k.add(line, k.mul(columnOf(column), input.columnBytes));
        transformTile(work, { from: at, ...input }, target(column));
      });
    }
    if (always && inside === plan.tileColumns) return;
    const skip = inRow(inside, 0);
    k.loop(0, k.sub(plan.tileColumns, skip), index => {
      const column = k.add(index, k.select(k.lt(index, from), k.i32(0), skip));
      copyPatch(work, start, y, columnOf(column));
      const { patch, patchBytes } = work.scratch;
      const place = { from: patch, rowBytes: transform.points * patchBytes, columnBytes: patchBytes };
      transformTile(work, place, target(column));
    });
  });
}

/** Of so many tiles along an axis, the first whose inputs all exist, and the one behind the last. */
function insideTiles({ transform }: Work, { first, extent }: WinogradAxis, tiles: number): readonly [number, number] {
  const { results, points } = transform;
  const from = Math.max(0, Math.ceil(-first / results));
  const to = Math.min(tiles, Math.floor((extent - points - first) / results) + 1);
  return from < to ? [from, to] : [0, 0];
}

interface Place {
  readonly from: KernelValue;
  readonly rowBytes: number;
  readonly columnBytes: number;
}

function transformTile({ k, shape, transform, plan }: Work, place: Place, target: KernelValue): void {
  const { points, input } = transform;
  const { rowBytes, columnBytes } = place;
  forVectors(k, shape.channels, distance => {
    const from = k.add(place.from, distance);
    const to = k.add(target, distance);
    const square = Array.from({ length: points }, (_, r) =>
      Array.from({ length: points }, (__, c) => k.load('f32x4', from, r * rowBytes + c * columnBytes)),
    );
    transformSquare(k, input, square).forEach((line, r) => {
      line.forEach((value, c) => {
        k.store(to, value, (r * points + c) * plan.inputPointBytes);
      });
    });
  });
}

/** Copies the inputs of the tile at this row and column, of those that exist, of an image. */
function copyPatch(work: Work, image: KernelValue, row: KernelValue, column: KernelValue): void {
  const { k, shape, transform, input, scratch } = work;
  const { points } = transform;
  const zero = k.constant('f32x4', 0);
  k.loop(0, points * points * scratch.patchBytes, at => k.store(k.add(scratch.patch, at), zero), vectorBytes);
  forExisting(k, row, points, shape.rows.extent, r => {
    const from = k.add(image, k.mul(k.add(row, r), input.rowBytes));
    const to = k.add(scratch.patch, k.mul(r, points * scratch.patchBytes));
    forExisting(k, column, points, shape.columns.extent, c => {
      const source = k.add(from, k.mul(k.add(column, c), input.columnBytes));
      const target = k.add(to, k.mul(c, scratch.patchBytes));
      forVectors(k, shape.channels, at => k.store(k.add(target, at), k.load('f32x4', k.add(source, at))));
    });
  });
}

/** Writes `body` for those of `count` positions from `first` on that lie in `[0, extent)`, given how far each is from the first. */
function forExisting(
  k: KernelBuilder,
  first: KernelValue,
  count: number,
  extent: number,
  body: (distance: KernelValue) => void,
): void {
  k.loop(k.max(k.sub(0, first), 0), k.min(k.sub(extent, first), count), body);
}
