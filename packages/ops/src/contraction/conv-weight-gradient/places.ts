/**
 * One spatial axis of `conv_weight_gradient` in a vertex. A *place* is the coordinate of a slope, that is, of a window; for each tap those
 * places count whose window has that tap inside the input.
 */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { axisRange, windowWalk } from '../../define/window.ts';
import { numberOf } from '../../plane/plane.ts';
import type { TapRange } from '../../plane/taps.ts';
import { tapsAt } from '../../plane/taps.ts';
import { axesOf, tapAxis, type WeightGradientAttributes } from './axes.ts';

/** Positions are counted in the region of the input, taps and places in the box. */
export interface PlacesAxis {
  /** How many taps there are. */
  readonly taps: Operand;
  /** The places for which `tap` lies inside the input. */
  readonly placesAt: (tap: Operand) => TapRange;
  /** The position of the input that is multiplied with the slope at `place` for `tap`. */
  readonly position: (tap: Operand, place: Operand) => KernelValue;
  /** The distance of that position from one place to the next. */
  readonly across: number;
  /** The distance of that position from one tap to the next. */
  readonly along: number;
}

/** Spatial axis `i` of the vertex. */
export function placesAxis(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>, i: number): PlacesAxis {
  const { context, box, operands } = vertex;
  const [x] = operands;
  const { taps, places } = axesOf(x.type.shape.length - 2);
  const window = tapAxis(x.type, context.attributes, i);
  const walk = windowWalk(window, axisRange(box, places[i]), axisRange(box, taps[i]), axisRange(x.region, 2 + i));
  const first = k.field(walk.first);
  const along = numberOf(k, walk.along);
  // With a single place no step is ever taken, so any number will do.
  const across = walk.across <= 1 ? 1 : k.field(walk.across);
  const count = k.field(walk.results);
  // The places for a tap are clipped like the taps for a result: only the two distances change their roles.
  const clip = { first, across: along, along: across, extent: k.field(walk.extent) };
  return {
    taps: numberOf(k, walk.taps),
    placesAt: tap => tapsAt(k, count, clip, tap),
    position: (tap, place) => k.add(k.add(first, k.mul(tap, along)), k.mul(place, walk.results > 1 ? across : 0)),
    across: walk.across,
    along: walk.along,
  };
}
