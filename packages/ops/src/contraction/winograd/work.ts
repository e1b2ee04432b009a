/** What a Winograd kernel is written from: where inputs and weights lie, where results go, and its places in scratch memory. */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import type { Sink } from '@tessera-dnn/graph/op';
import type { WinogradPlan, WinogradShape } from './plan.ts';
import { blockChannels, planOf } from './plan.ts';
import type { Transform } from './transform.ts';

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

/** A task with its sizes and its places in scratch memory. */
export interface Work extends WinogradTask {
  readonly k: KernelBuilder;
  readonly plan: WinogradPlan;
  readonly scratch: {
    readonly input: KernelValue;
    readonly weights: KernelValue;
    readonly products: KernelValue;
    /** The inputs of one tile, with zeros for what is padding; so many bytes from pixel to pixel. */
    readonly patch: KernelValue;
    readonly patchBytes: number;
    /** The results of one tile that has fewer than others. */
    readonly results: KernelValue;
  };
}

export const vectorBytes = 16;

/** Bytes of a block of output channels, and its vectors. */
export const blockBytes = blockChannels * 4;
export const blockVectors = blockChannels / 4;

/** The task as work of a kernel. */
export function workOf(k: KernelBuilder, task: WinogradTask): Work {
  const { transform, shape } = task;
  const plan = planOf(transform, shape);
  const square = transform.points ** 2;
  const patchBytes = Math.ceil(shape.channels / 4) * vectorBytes;
  const scratch = {
    input: k.scratch(square * plan.inputPointBytes),
    weights: k.scratch((plan.keepsWeights ? plan.blocks : 1) * square * plan.weightPointBytes),
    products: k.scratch(square * plan.productPointBytes),
    patch: k.scratch(square * patchBytes),
    patchBytes,
    results: k.scratch(transform.results ** 2 * blockBytes),
  };
  return { ...task, k, plan, scratch };
}

/** So many rows of tiles, of which the first is the `first`-th of all images. */
export interface Rows {
  readonly first: KernelValue;
  readonly count: number;
}

/** A row of tiles: its image, the tile's row in it, and the number in the strip of its first tile. */
export interface TileRow {
  readonly image: KernelValue;
  readonly row: KernelValue;
  readonly number: KernelValue;
}

/** Writes `body` for every row of tiles. */
export function forRows({ k, plan }: Work, { first, count }: Rows, body: (row: TileRow) => void): void {
  k.loop(0, count, index => {
    const all = k.add(first, index);
    const [image, row] = [k.div(all, plan.tileRows), k.rem(all, plan.tileRows)];
    body({ image, row, number: k.mul(index, plan.tileColumns) });
  });
}

/** Writes `body` for all vectors of so many channels, given bytes from the first; if the last one is not whole it overlaps the one before. */
export function forVectors(k: KernelBuilder, channels: number, body: (distance: KernelValue) => void): void {
  const whole = Math.floor(channels / 4);
  k.loop(0, whole * vectorBytes, body, vectorBytes);
  if (channels % 4 > 0) body(k.i32((channels - 4) * 4));
}
