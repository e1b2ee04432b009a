/**
 * The convolution of 3×3 taps and stride 1 by Winograd's transforms (see `transform.ts`).
 *
 * Results are cut into square tiles. A strip of tiles is computed at a time: its inputs are transformed into scratch memory, then, for one block
 * of output channels after the other, the weights of the block are, and at each point the block is a product of two matrices, of tiles ×
 * channels and channels × outputs, as the direct kernel computes it in its register tiles. The products of all points are transformed back
 * and stored. No more than a strip is ever there in transformed form, and all of its inputs are read before its first result is stored.
 *
 * Workers divide the strips if the weights of all blocks are kept, which each of them transforms; else the blocks, and each transforms the
 * inputs. So none waits for another, as long as each has scratch memory of its own, and results do not depend on how many there are.
 *
 * Weights are transformed where they are used, in every run. They could be prepared, as they change in a training only; but those of four
 * results are four times as large as what they come from, and where few tiles share them it takes longer to read them from memory than
 * to make them from what has been read.
 */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import { cutLine } from '../../plane/cut.ts';
import { accumulate } from '../../plane/register-tile.ts';
import { storeAlong } from '../../plane/store.ts';
import type { WinogradPlan, WinogradShape } from './plan.ts';
import { blockChannels, planOf } from './plan.ts';
import { type Transform, transformSquare } from './transform.ts';

/** Where the inputs lie, channels last: the address of the first one of all, and bytes from image to image and so on. */
export interface WinogradInput {
  readonly start: KernelValue;
  readonly imageBytes: number;
  readonly rowBytes: number;
  readonly columnBytes: number;
}

/** Where the weights lie: the address of the first block, bytes from block to block and so on, and how far each tap is from the first. */
export interface WinogradWeights {
  readonly start: KernelValue;
  readonly blockBytes: number;
  readonly channelBytes: number;
  readonly tapBytes: (row: number, column: number) => number;
}

/** What is to be computed. Along axes 0, 1, 2 and 3 of the sink there are images, output channels, rows and columns. */
export interface WinogradTask {
  readonly transform: Transform;
  readonly shape: WinogradShape;
  readonly input: WinogradInput;
  readonly weights: WinogradWeights;
  readonly sink: Sink;
}

const vectorBytes = 16;
const vectors = blockChannels / 4;

/** A task with its sizes and its places in scratch memory. */
interface Work extends WinogradTask {
  readonly k: KernelBuilder;
  readonly plan: WinogradPlan;
  readonly scratch: {
    readonly input: KernelValue;
    readonly weights: KernelValue;
    readonly products: KernelValue;
    /** The inputs of one tile, with zeros for what is padding. */
    readonly patch: KernelValue;
    /** The results of one tile that has fewer than others. */
    readonly results: KernelValue;
  };
}

/** Writes the whole kernel. */
export function winogradKernel(k: KernelBuilder, task: WinogradTask): void {
  const work = prepared(k, task);
  const { strips, blocks, keepsWeights } = work.plan;
  const share = (count: number, body: (from: Operand, to: Operand) => void) => k.share(k.i32(count), body);
  const all = { from: 0, to: blocks };
  if (keepsWeights) {
    k.loop(0, blocks, block => transformWeights(work, block));
    share(strips, (from, to) => k.loop(from, to, strip => emitStrip(work, strip, all)));
  } else share(blocks, (from, to) => k.loop(0, strips, strip => emitStrip(work, strip, { from, to })));
}

function prepared(k: KernelBuilder, task: WinogradTask): Work {
  const { transform, shape, input } = task;
  const plan = planOf(transform, shape);
  const square = transform.points ** 2;
  const scratch = {
    input: k.scratch(square * plan.inputPointBytes),
    weights: k.scratch((plan.keepsWeights ? plan.blocks : 1) * square * plan.weightPointBytes),
    products: k.scratch(square * plan.productPointBytes),
    patch: k.scratch(square * input.columnBytes),
    results: k.scratch(transform.results ** 2 * blockChannels * 4),
  };
  return { ...task, k, plan, scratch };
}

/** A range of blocks of output channels. */
interface Blocks {
  readonly from: Operand;
  readonly to: Operand;
}

/** Computes these blocks of a strip; the last strip may have fewer rows of tiles than the others. */
function emitStrip(work: Work, strip: KernelValue, blocks: Blocks): void {
  const { k, plan } = work;
  const first = k.mul(strip, plan.stripRows);
  const some = (rows: number) => () => emitRows(work, { first, rows }, blocks);
  if (plan.lastRows === plan.stripRows) some(plan.stripRows)();
  else if (plan.strips === 1) some(plan.lastRows)();
  else k.when(k.lt(strip, plan.strips - 1), some(plan.stripRows), some(plan.lastRows));
}

/** So many rows of tiles, of which the first is the `first`-th of all images. */
interface Rows {
  readonly first: KernelValue;
  readonly rows: number;
}

function emitRows(work: Work, { first, rows }: Rows, { from, to }: Blocks): void {
  const { k, plan, scratch, transform } = work;
  forTiles(work, { first, rows }, tile => transformInput(work, tile));
  k.loop(from, to, block => {
    const kept = k.mul(block, transform.points ** 2 * plan.weightPointBytes);
    const weights = plan.keepsWeights ? k.add(scratch.weights, kept) : scratch.weights;
    if (!plan.keepsWeights) transformWeights(work, block);
    multiply(work, weights, rows * plan.tileColumns);
    forTiles(work, { first, rows }, tile => storeTile(work, block, tile));
  });
}

/** A tile: its number in the strip, its image, and its row and column in the image's grid of tiles. */
interface Tile {
  readonly number: KernelValue;
  readonly image: KernelValue;
  readonly row: KernelValue;
  readonly column: KernelValue;
}

function forTiles({ k, plan }: Work, { first, rows }: Rows, body: (tile: Tile) => void): void {
  k.loop(0, rows, index => {
    const all = k.add(first, index);
    const [image, row] = [k.div(all, plan.tileRows), k.rem(all, plan.tileRows)];
    k.loop(0, plan.tileColumns, column => {
      body({ number: k.add(k.mul(index, plan.tileColumns), column), image, row, column });
    });
  });
}

function transformInput(work: Work, tile: Tile): void {
  const { k, shape, transform, input, plan, scratch } = work;
  const { results, points } = transform;
  const [row, column] = [tile.row, tile.column].map((at, i) =>
    k.add(k.mul(at, results), [shape.rows, shape.columns][i].first),
  );
  const image = k.add(input.start, k.mul(tile.image, input.imageBytes));
  const start = k.add(image, k.add(k.mul(row, input.rowBytes), k.mul(column, input.columnBytes)));
  const [from, rowBytes] = [k.cell(start), k.cell(k.i32(input.rowBytes))];
  const inside = k.and(
    liesInside(k, row, points, shape.rows.extent),
    liesInside(k, column, points, shape.columns.extent),
  );
  k.when(
    inside,
    () => {},
    () => {
      copyPatch(work, image, row, column);
      k.set(from, scratch.patch);
      k.set(rowBytes, k.i32(points * input.columnBytes));
    },
  );
  const to = k.add(scratch.input, k.mul(tile.number, shape.channels * 4));
  forVectors(k, shape.channels, distance => {
    const address = k.add(k.get(from), distance);
    const square = inRows(k, points, address, k.get(rowBytes), input.columnBytes);
    const target = k.add(to, distance);
    transformSquare(k, transform.input, square).forEach((line, r) => {
      line.forEach((value, c) => {
        k.store(target, value, (r * points + c) * plan.inputPointBytes);
      });
    });
  });
}

function liesInside(k: KernelBuilder, at: KernelValue, count: number, extent: number): KernelValue {
  return k.and(k.ge(at, 0), k.le(at, extent - count));
}

/** Writes `body` for all vectors of so many channels, given bytes from the first; if the last one is not whole it overlaps the one before. */
function forVectors(k: KernelBuilder, channels: number, body: (distance: KernelValue) => void): void {
  const whole = Math.floor(channels / 4);
  k.loop(0, whole * vectorBytes, body, vectorBytes);
  if (channels % 4 > 0) body(k.i32((channels - 4) * 4));
}

/** Loads a square of vectors, row by row. */
function inRows(
  k: KernelBuilder,
  count: number,
  start: KernelValue,
  rowBytes: Operand,
  columnBytes: number,
): readonly (readonly KernelValue[])[] {
  const square: KernelValue[][] = [];
  let row = start;
  for (let r = 0; r < count; r++) {
    if (r > 0) row = k.add(row, rowBytes);
    const at = row;
    square.push(Array.from({ length: count }, (_, c) => k.load('f32x4', at, c * columnBytes)));
  }
  return square;
}

/** Copies the inputs of a tile that reaches into the padding. */
function copyPatch(
  { k, shape, transform, input, scratch }: Work,
  image: KernelValue,
  row: KernelValue,
  column: KernelValue,
): void {
  const { points } = transform;
  const { rows, columns, channels } = shape;
  const zero = k.constant('f32x4', 0);
  k.loop(0, points, r => {
    const y = k.add(row, r);
    const rowExists = k.and(k.ge(y, 0), k.lt(y, rows.extent));
    const from = k.add(image, k.mul(y, input.rowBytes));
    const to = k.add(scratch.patch, k.mul(r, points * input.columnBytes));
    k.loop(0, points, c => {
      const x = k.add(column, c);
      const exists = k.and(rowExists, k.and(k.ge(x, 0), k.lt(x, columns.extent)));
      const source = k.add(from, k.mul(x, input.columnBytes));
      const target = k.add(to, k.mul(c, input.columnBytes));
      k.when(
        exists,
        () => forVectors(k, channels, at => k.store(k.add(target, at), k.load('f32x4', k.add(source, at)))),
        () => forVectors(k, channels, at => k.store(k.add(target, at), zero)),
      );
    });
  });
}

/** Transforms the weights of a block. */
function transformWeights({ k, shape, transform, weights, plan, scratch }: Work, block: KernelValue): void {
  const { points } = transform;
  const start = k.add(weights.start, k.mul(block, weights.blockBytes));
  const to = plan.keepsWeights
    ? k.add(scratch.weights, k.mul(block, points ** 2 * plan.weightPointBytes))
    : scratch.weights;
  k.loop(0, shape.channels, channel => {
    const from = k.add(start, k.mul(channel, weights.channelBytes));
    const target = k.add(to, k.mul(channel, blockChannels * 4));
    for (let v = 0; v < vectors; v++) {
      const taps = [0, 1, 2].map(row =>
        [0, 1, 2].map(column => k.load('f32x4', from, weights.tapBytes(row, column) + v * vectorBytes)),
      );
      transformSquare(k, transform.weights, taps).forEach((line, r) => {
        line.forEach((value, c) => {
          k.store(target, value, (r * points + c) * plan.weightPointBytes + v * vectorBytes);
        });
      });
    }
  });
}

/** At every point, the product of so many tiles and a block of weights. */
function multiply({ k, shape, transform, plan, scratch }: Work, weights: KernelValue, tiles: number): void {
  const { channels } = shape;
  const runs = cutLine(tiles, { blocks: 1, vectors, joint: true, fused: k.fused });
  k.loop(0, transform.points ** 2, point => {
    const input = k.add(scratch.input, k.mul(point, plan.inputPointBytes));
    const products = k.add(scratch.products, k.mul(point, plan.productPointBytes));
    const columnBase = k.add(weights, k.mul(point, plan.weightPointBytes));
    const columns = Array.from({ length: vectors }, (_, v) => ({ base: columnBase, offset: v * vectorBytes }));
    let first = 0;
    for (const run of runs) {
      const begin = first;
      first += run.width * run.tiles;
      k.loop(0, run.tiles, index => {
        const tile = k.add(k.mul(index, run.width), begin);
        const base = k.add(input, k.mul(tile, channels * 4));
        const pixels = Array.from({ length: run.width }, (_, p) => ({ base, offset: p * channels * 4 }));
        const loops = [{ count: channels, inputBytes: 4, weightBytes: blockChannels * 4 }];
        const target = k.add(products, k.mul(tile, blockChannels * 4));
        accumulate(k, { type: 'f32x4', pixels, columns, loops }).forEach((row, p) => {
          row.forEach((value, v) => {
            k.store(target, value, p * blockChannels * 4 + v * vectorBytes);
          });
        });
      });
    }
  });
}

/** Transforms the products of a tile and a block back, and stores the results that the tile has. */
function storeTile(work: Work, block: KernelValue, tile: Tile): void {
  const { k, shape, plan } = work;
  const tail = shape.outputs % blockChannels;
  if (tail === 0) storeChannels(work, block, tile, blockChannels);
  else if (plan.blocks === 1) storeChannels(work, block, tile, tail);
  else {
    k.when(
      k.lt(block, plan.blocks - 1),
      () => storeChannels(work, block, tile, blockChannels),
      () => storeChannels(work, block, tile, tail),
    );
  }
}

function storeChannels(work: Work, block: KernelValue, tile: Tile, channels: number): void {
  const { k, shape, transform } = work;
  const { results } = transform;
  const [row, column] = [k.mul(tile.row, results), k.mul(tile.column, results)];
  const coordinates = [tile.image, k.mul(block, blockChannels), row, column];
  const whole = () => storeWhole(work, coordinates, tile, channels);
  const torn = [shape.rows, shape.columns].map(axis => axis.results % results > 0);
  if (!torn[0] && !torn[1]) {
    whole();
    return;
  }
  const fits = k.and(k.le(row, shape.rows.results - results), k.le(column, shape.columns.results - results));
  k.when(fits, whole, () => storePart(work, coordinates, tile, channels));
}

type Coordinates = readonly KernelValue[];

function storeWhole(work: Work, coordinates: Coordinates, tile: Tile, channels: number): void {
  const { k, sink } = work;
  const cursor = sink.at(coordinates);
  forSquares(work, tile, channels, (square, v, lanes) => {
    square.forEach((line, r) => {
      line.forEach((value, c) => {
        const offset: [number, number][] = [
          [1, 4 * v],
          [2, r],
          [3, c],
        ];
        storeAlong(
          k,
          { sink, cursor, axis: 1 },
          value,
          offset.filter(([, distance]) => distance > 0),
          lanes,
        );
      });
    });
  });
}

/** Results of which not all exist are first stored in scratch memory. */
function storePart(work: Work, [image, output, row, column]: Coordinates, tile: Tile, channels: number): void {
  const { k, sink, shape, transform, scratch } = work;
  const { results } = transform;
  const pixelBytes = blockChannels * 4;
  forSquares(work, tile, channels, (square, v) => {
    square.forEach((line, r) => {
      line.forEach((value, c) => {
        k.store(scratch.results, value, (r * results + c) * pixelBytes + v * vectorBytes);
      });
    });
  });
  k.loop(0, k.min(k.sub(shape.rows.results, row), results), r => {
    k.loop(0, k.min(k.sub(shape.columns.results, column), results), c => {
      const from = k.add(scratch.results, k.mul(k.add(k.mul(r, results), c), pixelBytes));
      const cursor = sink.at([image, output, k.add(row, r), k.add(column, c)]);
      for (let v = 0; v * 4 < channels; v++) {
        const value = k.load('f32x4', from, v * vectorBytes);
        storeAlong(k, { sink, cursor, axis: 1 }, value, v === 0 ? [] : [[1, 4 * v]], Math.min(4, channels - 4 * v));
      }
    });
  });
}

/** The squares of results of a tile, for each vector of so many channels, of which it has so many lanes. */
function forSquares(
  { k, transform, plan, scratch }: Work,
  tile: Tile,
  channels: number,
  body: (square: readonly (readonly KernelValue[])[], vector: number, lanes: number) => void,
): void {
  const { points } = transform;
  const from = k.add(scratch.products, k.mul(tile.number, blockChannels * 4));
  for (let v = 0; v * 4 < channels; v++) {
    const square = Array.from({ length: points }, (_, r) =>
      Array.from({ length: points }, (__, c) =>
        k.load('f32x4', from, (r * points + c) * plan.productPointBytes + v * vectorBytes),
      ),
    );
    body(transformSquare(k, transform.output, square), v, Math.min(4, channels - 4 * v));
  }
}
