/** A line of tiles of a plane: where the input and weights of its tiles begin. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera/graph';
import type { Plane, PlaneAxis, TileRun } from './plane.ts';
import type { TapRange } from './taps.ts';
import { tapsAt } from './taps.ts';

/** Tiles along one axis, for some indices of the other. */
export interface Pass {
  readonly along: 'rows' | 'columns';
  readonly fixed: { readonly count: Operand; readonly lines: number; readonly at: (i: Operand) => Operand };
  readonly runs: readonly TileRun[];
  /** The index along the axis at which the tile begins. */
  readonly at: (i: Operand) => Operand;
  /** The taps along the axis are clipped too. */
  readonly edges: boolean;
}

/** `count` groups of `group` blocks, from block `first` on. */
export interface BlockGroups {
  readonly first: number;
  readonly group: number;
  readonly count: number;
}

/** A line of tiles: everything but the place along it is known. */
export interface Line {
  readonly outer: readonly Operand[];
  readonly fixed: Operand;
  readonly fixedTaps: TapRange;
  /** The first block of the group. */
  readonly block: Operand;
  readonly groups: BlockGroups;
  /** Where input and weights begin, at the first existing tap of the fixed axis. */
  readonly input: KernelValue;
  readonly weights: KernelValue;
}

export function linePlace(
  k: KernelBuilder,
  plane: Plane,
  pass: Pass,
  groups: BlockGroups,
  at: { readonly outer: readonly Operand[]; readonly fixed: Operand; readonly block: Operand },
): Line {
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

/** The input at index `index` of an axis, at its first existing tap. */
export function axisInput(
  k: KernelBuilder,
  base: KernelValue,
  axis: PlaneAxis,
  index: Operand,
  taps: TapRange,
): KernelValue {
  return plus(k, plus(k, base, index, axis.across), taps.from, axis.alongBytes);
}

/** `base + index · bytes`; nothing is emitted where that is `base`. */
export function plus(k: KernelBuilder, base: KernelValue, index: Operand, bytes: Operand): KernelValue {
  return index === 0 || bytes === 0 ? base : k.add(base, k.mul(index, bytes));
}
