/** Transforms the products of a strip of tiles and a block of output channels back, and stores the results. */
import type { KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { storeAlong } from '../../plane/store.ts';
import { blockChannels } from './plan.ts';
import { transformSquare } from './transform.ts';
import { blockBytes, forRows, type Rows, vectorBytes, type Work } from './work.ts';

/** Writes the code for these rows of tiles; the last block may have fewer channels than the others. */
export function storeResults(work: Work, block: KernelValue, rows: Rows): void {
  const { k, shape, plan } = work;
  const tail = shape.outputs % blockChannels;
  const some = (channels: number) => () => storeRows(work, { block, channels }, rows);
  if (tail === 0) some(blockChannels)();
  else if (plan.blocks === 1) some(tail)();
  else k.when(k.lt(block, plan.blocks - 1), some(blockChannels), some(tail));
}

/** So many channels of a block. */
interface Channels {
  readonly block: KernelValue;
  readonly channels: number;
}

function storeRows(work: Work, { block, channels }: Channels, rows: Rows): void {
  const { k, shape, transform, plan } = work;
  const { results } = transform;
  const [wholeRows, wholeColumns] = [shape.rows, shape.columns].map(axis => Math.floor(axis.results / results));
  forRows(work, rows, ({ image, row, number }) => {
    const tileAt = (column: KernelValue): Tile => ({
      number: k.add(number, column),
      at: [image, k.mul(block, blockChannels), k.mul(row, results), k.mul(column, results)],
      channels,
    });
    const fits = wholeRows === plan.tileRows ? undefined : k.lt(row, wholeRows);
    const whole: Operand = fits ? k.select(fits, k.i32(wholeColumns), 0) : wholeColumns;
    if (wholeRows > 0) k.loop(0, whole, column => storeWhole(work, tileAt(column)));
    if (fits || wholeColumns < plan.tileColumns)
      k.loop(whole, plan.tileColumns, column => storePart(work, tileAt(column)));
  });
}

/** A tile: its number in the strip, the coordinates of its first result, and how many channels of the block there are. */
interface Tile {
  readonly number: KernelValue;
  readonly at: readonly KernelValue[];
  readonly channels: number;
}

function storeWhole(work: Work, tile: Tile): void {
  const { k, sink } = work;
  const cursor = sink.at(tile.at);
  forSquares(work, tile, (square, v) => {
    square.forEach((line, r) => {
      line.forEach((value, c) => {
        const distances = [
          [1, 4 * v],
          [2, r],
          [3, c],
        ] as const;
        const offset = distances.filter(([, distance]) => distance > 0);
        storeAlong(k, { sink, cursor, axis: 1 }, value, offset, lanesOf(tile, v));
      });
    });
  });
}

/** Results of which not all exist are first stored in scratch memory. */
function storePart(work: Work, tile: Tile): void {
  const { k, sink, shape, transform, scratch } = work;
  const { results } = transform;
  const [image, output, row, column] = tile.at;
  forSquares(work, tile, (square, v) => {
    square.forEach((line, r) => {
      line.forEach((value, c) => {
        k.store(scratch.results, value, (r * results + c) * blockBytes + v * vectorBytes);
      });
    });
  });
  k.loop(0, k.min(k.sub(shape.rows.results, row), results), r => {
    k.loop(0, k.min(k.sub(shape.columns.results, column), results), c => {
      const from = k.add(scratch.results, k.mul(k.add(k.mul(r, results), c), blockBytes));
      const cursor = sink.at([image, output, k.add(row, r), k.add(column, c)]);
      for (let v = 0; v * 4 < tile.channels; v++) {
        const value = k.load('f32x4', from, v * vectorBytes);
        storeAlong(k, { sink, cursor, axis: 1 }, value, v === 0 ? [] : [[1, 4 * v]], lanesOf(tile, v));
      }
    });
  });
}

/** How many lanes of vector `v` of a block are channels. */
function lanesOf({ channels }: Tile, v: number): number {
  return Math.min(4, channels - 4 * v);
}

/** The squares of results of a tile, for each vector of the block. */
function forSquares(
  { k, transform, plan, scratch }: Work,
  { number, channels }: Tile,
  body: (square: readonly (readonly KernelValue[])[], vector: number) => void,
): void {
  const { points } = transform;
  const from = k.add(scratch.products, k.mul(number, blockBytes));
  for (let v = 0; v * 4 < channels; v++) {
    const square = Array.from({ length: points }, (_, r) =>
      Array.from({ length: points }, (__, c) =>
        k.load('f32x4', from, (r * points + c) * plan.productPointBytes + v * vectorBytes),
      ),
    );
    body(transformSquare(k, transform.output, square), v);
  }
}
