/**
 * The attributes and the axes of convolutions and transposed convolutions.
 *
 * Feature maps are `[N, C, W]` or `[N, C, H, W]`. The space of both is: the axes of the result `[N, O, spatial…]`, then the input channels
 * of a group, then the taps of each spatial axis.
 */
import type { Attributes, TensorType } from '@tessera-dnn/graph';
import type { Padding } from '../../define/spatial.ts';
import type { WindowAxis } from '../../define/window.ts';

/** Compile-time arguments; lists have one entry for each spatial axis. */
export interface ConvAttributes extends Attributes {
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** How many spatial axes the feature map, operand 0, has. `checkRanks` accepts 1 and 2 only. */
export function spatialRank(operands: readonly TensorType[]): number {
  return (operands[0]?.shape.length ?? 0) - 2;
}

/** Which axes of the space are the spatial ones of the result, the input channels, and the taps. */
export interface SpaceAxes {
  readonly spatial: readonly number[];
  readonly channels: number;
  readonly taps: readonly number[];
}

/** The axes for `rank` spatial axes. */
export function spaceAxes(rank: number): SpaceAxes {
  const spatial = Array.from({ length: rank }, (_, i) => 2 + i);
  return { spatial, channels: 2 + rank, taps: spatial.map(axis => axis + rank + 1) };
}

/** Spatial axis `i` of a convolution of operands `[x, weight]`. */
export function windowAxis([x, weight]: readonly TensorType[], attributes: ConvAttributes, i: number): WindowAxis {
  return {
    input: x.shape[2 + i],
    taps: weight.shape[2 + i],
    stride: attributes.stride[i],
    dilation: attributes.dilation[i],
    low: attributes.padding[i][0],
  };
}
