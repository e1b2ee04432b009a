/** Random transposed convolutions, for the laws. */
import type { Sample } from '../../define/op.ts';
import type { Pick } from '../../define/pick.ts';
import { contractedElements } from '../elements.ts';

/** A random legal call, often depthwise or with groups. */
export function convTransposeSamples(pick: Pick): Sample {
  const rank = pick.int(1, 2);
  const isDepthwise = pick.chance(0.2);
  const groups = isDepthwise ? pick.int(2, 9) : pick.one([1, 1, 1, 2, 3]);
  const inputs = isDepthwise ? groups : groups * pick.int(1, 4);
  const outputs = isDepthwise ? 1 : pick.one([1, 2, 4, 8, 9, 17]);
  const each = <T>(make: (i: number) => T): readonly T[] => Array.from({ length: rank }, (_, i) => make(i));
  const stride = each(() => pick.one([1, 2, 2, 3, 4]));
  const dilation = each(() => pick.one([1, 1, 2, 3]));
  const taps = each(() => pick.int(1, 4));
  // Padding is limited so that even for an input of one element something is left of the result.
  const padding = each(i => {
    const room = (taps[i] - 1) * dilation[i];
    const low = pick.int(0, Math.min(2, room));
    return [low, pick.int(0, Math.min(2, room - low))];
  });
  const [first, second] = contractedElements(pick);
  return {
    operands: [
      { element: first, shape: [pick.int(1, 2), inputs, ...each(() => pick.int(1, 9))] },
      { element: second, shape: [inputs, outputs, ...taps] },
    ],
    args: {
      stride,
      padding,
      output_padding: each(i => pick.int(0, Math.max(stride[i], dilation[i]) - 1)),
      dilation,
      groups,
    },
  };
}
