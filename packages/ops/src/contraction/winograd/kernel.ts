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
import { cutLine } from '../../plane/cut.ts';
import { accumulate } from '../../plane/register-tile.ts';
import { transformInputs } from './input.ts';
import { storeResults } from './output.ts';
import { transformSquare } from './transform.ts';
import { blockBytes, blockVectors, type Rows, vectorBytes, type WinogradTask, type Work, workOf } from './work.ts';

/** Writes the whole kernel. */
export function winogradKernel(k: KernelBuilder, task: WinogradTask): void {
  const work = workOf(k, task);
  const { strips, blocks, keepsWeights } = work.plan;
  const share = (count: number, body: (from: Operand, to: Operand) => void) => k.share(k.i32(count), body);
  const all = { from: 0, to: blocks };
  if (keepsWeights) {
    k.loop(0, blocks, block => transformWeights(work, block));
    share(strips, (from, to) => k.loop(from, to, strip => emitStrip(work, strip, all)));
  } else share(blocks, (from, to) => k.loop(0, strips, strip => emitStrip(work, strip, { from, to })));
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
  const some = (count: number) => () => emitRows(work, { first, count }, blocks);
  if (plan.lastRows === plan.stripRows) some(plan.stripRows)();
  else if (plan.strips === 1) some(plan.lastRows)();
  else k.when(k.lt(strip, plan.strips - 1), some(plan.stripRows), some(plan.lastRows));
}

function emitRows(work: Work, rows: Rows, { from, to }: Blocks): void {
  const { k, plan, scratch, transform } = work;
  transformInputs(work, rows);
  k.loop(from, to, block => {
    const kept = k.mul(block, transform.points ** 2 * plan.weightPointBytes);
    const weights = plan.keepsWeights ? k.add(scratch.weights, kept) : scratch.weights;
    if (!plan.keepsWeights) transformWeights(work, block);
    multiply(work, weights, rows.count * plan.tileColumns);
    storeResults(work, block, rows);
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
    const target = k.add(to, k.mul(channel, blockBytes));
    for (let v = 0; v < blockVectors; v++) {
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
  const runs = cutLine(tiles, { blocks: 1, vectors: blockVectors, joint: true, fused: k.fused });
  k.loop(0, transform.points ** 2, point => {
    const input = k.add(scratch.input, k.mul(point, plan.inputPointBytes));
    const products = k.add(scratch.products, k.mul(point, plan.productPointBytes));
    const columnBase = k.add(weights, k.mul(point, plan.weightPointBytes));
    const columns = Array.from({ length: blockVectors }, (_, v) => ({ base: columnBase, offset: v * vectorBytes }));
    let first = 0;
    for (const run of runs) {
      const begin = first;
      first += run.width * run.tiles;
      k.loop(0, run.tiles, index => {
        const tile = k.add(k.mul(index, run.width), begin);
        const base = k.add(input, k.mul(tile, channels * 4));
        const pixels = Array.from({ length: run.width }, (_, p) => ({ base, offset: p * channels * 4 }));
        const loops = [{ count: channels, inputBytes: 4, weightBytes: blockBytes }];
        const target = k.add(products, k.mul(tile, blockBytes));
        accumulate(k, { type: 'f32x4', pixels, columns, loops }).forEach((row, p) => {
          row.forEach((value, v) => {
            k.store(target, value, p * blockBytes + v * vectorBytes);
          });
        });
      });
    }
  });
}
