/** Random convolutions, for the laws. */
import type { Sample } from '../../define/op.ts';
import type { Pick } from '../../define/pick.ts';
import { contractedElements } from '../elements.ts';

/** A random legal call: any combination of stride, padding, dilation and groups, with extents near those of register tiles. */
export function convSamples(pick: Pick): Sample {
  const rank = pick.int(1, 2);
  const groups = pick.one([1, 1, 1, 2, 3]);
  const depthwise = pick.chance(0.3);
  const inner = depthwise ? 1 : pick.one([1, 2, 3, 4, 5, 8]);
  const perGroup = depthwise ? 1 : pick.one([1, 2, 4, 8, 9, 20]);
  const count = depthwise ? pick.int(1, 9) : groups;
  const each = <T>(make: () => T): readonly T[] => Array.from({ length: rank }, make);
  const taps = each(() => pick.one([1, 2, 3, 5]));
  const dilation = each(() => pick.one([1, 1, 2, 3]));
  const extents = taps.map((tap, i) => (tap - 1) * dilation[i] + pick.int(1, 9));
  const [first, second] = contractedElements(pick);
  return {
    operands: [
      { element: first, shape: [pick.int(1, 2), count * inner, ...extents] },
      { element: second, shape: [count * perGroup, inner, ...taps] },
    ],
    args: {
      stride: each(() => pick.one([1, 1, 2, 3])),
      padding: pick.chance() ? pick.int(0, 2) : each(() => [pick.int(0, 2), pick.int(0, 3)]),
      dilation,
      groups: count,
    },
  };
}
