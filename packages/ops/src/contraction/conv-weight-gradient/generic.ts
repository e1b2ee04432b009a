/** `conv_weight_gradient` for all vertices that no faster kernel suits. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { nestedLoops } from '../../plane/nested-loops.ts';
import { numberOf } from '../../plane/plane.ts';
import { shareUnits } from '../../plane/units.ts';
import { elementsOf, numberElement } from '../../plane/views.ts';
import { axesOf, type WeightGradientAttributes } from './axes.ts';
import { placesAxis } from './places.ts';

/** Writes the whole kernel: one weight at a time, with any layouts and any groups. */
export function genericWeightGradient(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x] = operands;
  const { taps, batch } = axesOf(x.type.shape.length - 2);
  const [outputs, inner] = context.result.shape;
  const element = numberElement(context.result.element);
  const [xElements, slopeElements] = operands.map((view, slot) => elementsOf(k, slot, view));
  const axes = taps.map((_, i) => placesAxis(k, vertex, i));
  const images = k.field(box.count[batch]);
  const perGroup = k.field(outputs / context.attributes.groups);
  const channels = k.field(inner);
  const firstOutput = k.field(box.start[0]);
  const firstChannel = k.field(box.start[1] - x.region.start[1]);
  // The regions of both operands begin at the same image as the box.
  const counts = [0, 1, ...taps].map(axis => numberOf(k, box.count[axis]));
  shareUnits(k, counts, indices => {
    const [o, i, ...tap] = indices;
    const group = k.div(k.add(firstOutput, o), perGroup);
    const channel = k.add(k.add(k.mul(group, channels), i), firstChannel);
    const ranges = axes.map((axis, s) => axis.placesAt(tap[s]));
    const sum = k.cell(k.constant(element, 0));
    nestedLoops(k, [images, ...ranges.map(({ count }) => count)], ([n, ...turns]) => {
      const places = turns.map((turn, s) => k.add(turn, ranges[s].from));
      const at = axes.map((axis, s) => axis.position(tap[s], places[s]));
      const a = k.load(element, slopeElements.at([n, o, ...places]));
      const b = k.load(element, xElements.at([n, channel, ...at]));
      k.set(sum, k.add(k.get(sum), k.mul(a, b)));
    });
    sink.at(indices).store(k.get(sum));
  });
}
