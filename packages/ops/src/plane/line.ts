/** A line of tiles of a plane: tiles along one axis, for one index of the other. Here is where their input and weights begin. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Plane, PlaneAxis, TileRun } from './plane.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';

/** All lines along one axis for some indices of the other, which are called fixed: fixed index i is `fixed.at(i)`. */
export interface Pass {
  readonly along: 'rows' | 'columns';
  readonly fixed: { readonly count: Operand; readonly lines: number; readonly at: (i: Operand) => Operand };
  readonly runs: readonly TileRun[];
  /** The i-th index along the axis: i itself, or the i-th of those outside the interior. */
  readonly at: (i: Operand) => Operand;
  /** Whether the taps along the axis have to be clipped. */
  readonly edges: boolean;
}

/** `count` groups of `group` blocks each, beginning with block `first`. */
export interface BlockGroups {
  readonly first: number;
  readonly group: number;
  readonly count: number;
}

/** A line of tiles: all that does not depend on the place along it. */
export interface TileLine {
  readonly outer: readonly Operand[];
  readonly fixed: Operand;
  readonly fixedTaps: TapRange;
  /** The first block of the group. */
  readonly block: Operand;
  readonly groups: BlockGroups;
  /** The addresses of input and weights for the first tap along the fixed axis that lies inside the input. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

/** The line at the `at.fixed`-th fixed index of `pass`, for the group of blocks that begins with `at.block`. */
export function linePlace(
  k: KernelBuilder,
  plane: Plane,
  pass: Pass,
  groups: BlockGroups,
  at: { readonly outer: readonly Operand[]; readonly fixed: Operand; readonly block: Operand },
): TileLine {
  const axis = pass.along === 'columns' ? plane.rows : plane.columns;
  const fixed = pass.fixed.at(at.fixed);
  const fixedTaps = tapsAt(k, axis.taps, axis.clip, fixed);
  let input = axisInput(
    k,
    k.add(k.add(plane.input, axis.firstBytes), plane[pass.along].firstBytes),
    axis,
    fixed,
    fixedTaps,
  );
  let weights = plus(k, plus(k, plane.weights, fixedTaps.from, axis.weightBytes), at.block, plane.blocks.bytes);
  plane.outer.forEach((outer, i) => {
    input = plus(k, input, at.outer[i], outer.inputBytes);
    weights = plus(k, weights, at.outer[i], outer.weightBytes);
  });
  if (plane.groups) {
    const { blocks, first, inputBytes } = plane.groups;
    input = plus(k, input, k.div(k.add(at.block, first), blocks), inputBytes);
  }
  return { outer: at.outer, fixed, fixedTaps, block: at.block, groups, input, weights };
}

/** The address of the input for an index of an axis, at the first of its `taps`; `base` is that for index 0 and tap 0. */
export function axisInput(
  k: KernelBuilder,
  base: KernelValue,
  axis: PlaneAxis,
  index: Operand,
  taps: TapRange,
): KernelValue {
  return plus(k, plus(k, base, index, axis.across), taps.from, axis.alongBytes);
}

/** `base + index · bytes`; no code is written if the product is known to be 0. */
export function plus(k: KernelBuilder, base: KernelValue, index: Operand, bytes: Operand): KernelValue {
  return index === 0 || bytes === 0 ? base : k.add(base, k.mul(index, bytes));
}
