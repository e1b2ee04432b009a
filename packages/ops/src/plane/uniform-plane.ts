/**
 * Uniform planes: what `plane.ts` describes, with all numbers in registers, so that planes of all sizes share one piece of code. They are for
 * chips on which code takes memory of the tiles.
 */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Clip, OuterAxis } from './plane.ts';
import type { ByteProducts } from './products.ts';
import type { SumLoop } from './register-tile.ts';

/** The rows or the columns of a uniform plane. */
export interface UniformAxis {
  readonly count: Operand;
  /** The interior, whose windows lie inside the input: its first index, and how many there are. */
  readonly from: Operand;
  readonly inside: Operand;
  /** Bytes of input from index to index. */
  readonly acrossBytes: Operand;
  /** Absent if there is a single tap, which lies inside the input for all indices. */
  readonly window?: UniformWindow;
  /** The axis of the result (-1 if it has none), on which index i has the coordinate `start + i·step`. */
  readonly result: { readonly axis: number; readonly start: Operand; readonly step: Operand };
}

/** The taps along one axis. */
export interface UniformWindow {
  readonly taps: Operand;
  readonly clip: Clip;
  /** Bytes from tap to tap. */
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
}

/** What a uniform kernel has to compute. */
export interface UniformPlane {
  /** The vector type of a sum. */
  readonly type: KernelType;
  /** Present if operands are bytes: a channel is then four channels, and a lane of weights four bytes. */
  readonly bytes?: ByteProducts;
  readonly outer: readonly OuterAxis[];
  readonly rows: UniformAxis;
  readonly columns: UniformAxis;
  readonly channels: SumLoop & {
    /** Whether the taps along a row and their channels are one contiguous run, in the input and in the weights; absent if there are no taps. */
    readonly merged?: KernelValue;
  };
  readonly blocks: {
    readonly count: Operand;
    readonly vectors: number;
    /** Bytes of weights from block to block, and from channel to channel of a block. */
    readonly bytes: Operand;
    readonly laneBytes: number;
    /** How many channels the last block has; 0 if it is complete. */
    readonly tail: number;
    /** The axis of the result (-1 if it has none), and the coordinate of the first channel on it. */
    readonly axis: number;
    readonly first: Operand;
  };
  /** The addresses of index 0, tap 0 (before the operand if that is padding), and of its weights. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

/** An axis with one index and one tap; `axis` is the axis of the result, -1 if it has none. */
export function singleUniform(axis: number): UniformAxis {
  return { count: 1, from: 0, inside: 1, acrossBytes: 0, result: { axis, start: 0, step: 1 } };
}

/**
 * The loop over input channels; two turns are unrolled if their number is even and the distances have their usual values, the bytes of an
 * input element and of a block of weights, which are then constants in the code.
 */
export function uniformChannels(
  k: KernelBuilder,
  numbers: { readonly count: number; readonly inputBytes: number; readonly weightBytes: number },
  usual: { readonly input: number; readonly weights: number },
): SumLoop {
  const { count, inputBytes, weightBytes } = numbers;
  const constant = inputBytes === usual.input && weightBytes === usual.weights;
  return {
    count: k.field(count),
    inputBytes: inputBytes === usual.input ? inputBytes : k.field(inputBytes),
    weightBytes: weightBytes === usual.weights ? weightBytes : k.field(weightBytes),
    unrolled: constant && count % 2 === 0 ? 2 : 1,
  };
}
