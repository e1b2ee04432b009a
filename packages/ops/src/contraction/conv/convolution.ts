/**
 * What both convolutions know about a call: its attributes and its axes.
 *
 * Feature maps are `[N, C, W]` or `[N, C, H, W]`. The space of both is the result's axes `[N, O, spatial…]`, then the input channels
 * of a group, then the taps of each spatial axis.
 */
import type { Attributes, TensorType } from '@tessera/graph';
import type { Padding } from '../../define/spatial.ts';
import type { WindowAxis } from '../../define/window.ts';

export interface ConvAttributes extends Attributes {
  readonly stride: readonly number[];
  readonly padding: readonly Padding[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Spatial axes of a feature map; 1 or 2, anything else is refused. */
export function spatialRank(operands: readonly TensorType[]): number {
  return (operands[0]?.shape.length ?? 0) - 2;
}

/** The axes of the space, by meaning; spatial axes in order. */
export interface SpaceAxes {
  readonly spatial: readonly number[];
  readonly channels: number;
  readonly taps: readonly number[];
}

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
