/** One spatial axis of the weights' gradient in a vertex: for each tap the slopes whose window has it inside the input. */
import type { KernelBuilder, KernelValue, Operand, Vertex } from '@tessera/graph';
import { axisRange, windowWalk } from '../../define/window.ts';
import { numberOf } from '../../plane/plane.ts';
import type { TapRange } from '../../plane/taps.ts';
import { tapsAt } from '../../plane/taps.ts';
import { axesOf, tapAxis, type WeightGradientAttributes } from './axes.ts';

export interface PlacesAxis {
  /** How many taps there are. */
  readonly taps: Operand;
  /** The slopes, counted in the box, that tap `tap` of the box meets inside the input. */
  readonly placesAt: (tap: Operand) => TapRange;
  /** Where in the input's region they meet. */
  readonly position: (tap: Operand, place: Operand) => KernelValue;
  /** How far apart in the input's region neighbouring slopes meet a tap. */
  readonly across: number;
  /** How far apart in the input's region neighbouring taps meet a slope. */
  readonly along: number;
}

export function placesAxis(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>, i: number): PlacesAxis {
  const { context, box, operands } = vertex;
  const [x] = operands;
  const { taps, places } = axesOf(x.type.shape.length - 2);
  const window = tapAxis(x.type, context.attributes, i);
  const walk = windowWalk(window, axisRange(box, places[i]), axisRange(box, taps[i]), axisRange(x.region, 2 + i));
  const first = k.field(walk.first);
  const along = numberOf(k, walk.along);
  // A single place makes no steps; one would then be as good as any.
  const across = walk.across <= 1 ? 1 : k.field(walk.across);
  const count = k.field(walk.results);
  // Seen from a tap, places are what taps are to a result.
  const clip = { first, across: along, along: across, extent: k.field(walk.extent) };
  return {
    taps: numberOf(k, walk.taps),
    placesAt: tap => tapsAt(k, count, clip, tap),
    position: (tap, place) => k.add(k.add(first, k.mul(tap, along)), k.mul(place, walk.results > 1 ? across : 0)),
    across: walk.across,
    along: walk.along,
  };
}
