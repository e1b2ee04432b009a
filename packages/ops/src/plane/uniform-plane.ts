/** Planes where code takes a tile's memory: what `plane.ts` describes, with all numbers in registers, so that planes share a kernel. */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera/graph';
import type { Clip, OuterAxis } from './plane.ts';
import type { SumLoop } from './register-tile.ts';

/** One spatial axis, in registers. */
export interface UniformAxis {
  readonly count: Operand;
  /** The indices whose windows lie inside the input: the first, and how many. */
  readonly from: Operand;
  readonly inside: Operand;
  /** Input bytes per index. */
  readonly acrossBytes: Operand;
  /** Absent: one tap, which all indices have. */
  readonly window?: UniformWindow;
  /** The result's axis (-1: none), and the coordinates of index i on it: `start + i·step`. */
  readonly result: { readonly axis: number; readonly start: Operand; readonly step: Operand };
}

export interface UniformWindow {
  readonly taps: Operand;
  readonly clip: Clip;
  /** Per tap. */
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
}

export interface UniformPlane {
  /** The vector type of a sum. */
  readonly type: KernelType;
  readonly outer: readonly OuterAxis[];
  readonly rows: UniformAxis;
  readonly columns: UniformAxis;
  readonly channels: SumLoop & {
    /** Whether the taps of a row and their channels are one contiguous run, in the input and in the weights; of no interest without taps. */
    readonly merged?: KernelValue;
  };
  readonly blocks: {
    readonly count: Operand;
    readonly vectors: number;
    /** Weight bytes per block. */
    readonly bytes: Operand;
    /** How many channels the last block has; 0: it is whole. */
    readonly tail: number;
    /** The result's axis, -1 where it has none, and the coordinate of the first channel on it. */
    readonly axis: number;
    readonly first: Operand;
  };
  /** Addresses of tap 0 of index 0 (which may lie before the operand) and of its weights. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

/** The row of a plane that has one only; `axis` is the result's, -1 where it has none. */
export function singleUniform(axis: number): UniformAxis {
  return { count: 1, from: 0, inside: 1, acrossBytes: 0, result: { axis, start: 0, step: 1 } };
}

/** Channels of which, where numbers and distances allow it, two are one turn of the loop. `usual` is bytes of weights that are part of the code. */
export function uniformChannels(
  k: KernelBuilder,
  numbers: { readonly count: number; readonly inputBytes: number; readonly weightBytes: number },
  usual: number,
): SumLoop {
  const { count, inputBytes, weightBytes } = numbers;
  const constant = inputBytes === 4 && weightBytes === usual;
  return {
    count: k.field(count),
    inputBytes: inputBytes === 4 ? 4 : k.field(inputBytes),
    weightBytes: weightBytes === usual ? usual : k.field(weightBytes),
    unrolled: constant && count % 2 === 0 ? 2 : 1,
  };
}
