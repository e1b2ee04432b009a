/** The convolution for all vertices that no faster kernel suits. */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { axisRange, windowWalk } from '../../define/window.ts';
import { nestedLoops } from '../../plane/nested-loops.ts';
import { numberOf } from '../../plane/plane.ts';
import { tapsAt } from '../../plane/taps.ts';
import { shareUnits } from '../../plane/units.ts';
import { elementsOf, numberElement } from '../../plane/views.ts';
import type { ConvAttributes } from './convolution.ts';
import { spaceAxes, spatialRank, windowAxis } from './convolution.ts';

/** Writes the whole kernel: one result at a time, with any layouts and any groups. */
export function genericConvKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const axes = spaceAxes(spatialRank(context.operands));
  const xElements = elementsOf(k, 0, x);
  const weightElements = elementsOf(k, 1, weight);
  const walks = axes.spatial.map((axis, i) => spatialWalk(k, vertex, axis, i));
  const counts = [0, 1, ...axes.spatial].map(axis => numberOf(k, box.count[axis]));
  const batch = k.field(box.start[0] - x.region.start[0]);
  const output = k.field(box.start[1] - weight.region.start[0]);
  const channels = groupChannels(k, vertex);
  const element = numberElement(context.result.element);
  shareUnits(k, counts, indices => {
    const [n, o, ...place] = indices;
    const sum = k.cell(k.constant(element, 0));
    const taps = walks.map((walk, i) => walk.tapsAt(place[i]));
    nestedLoops(
      k,
      taps.map(range => range.count),
      turns => {
        const tap = turns.map((turn, i) => k.add(turn, taps[i].from));
        const at = walks.map((walk, i) => walk.position(place[i], tap[i]));
        const from = walks.map((walk, i) => k.add(tap[i], walk.firstTap));
        k.loop(0, channels.count, i => {
          const a = k.load(element, xElements.at([k.add(n, batch), k.add(channels.input(o), i), ...at]));
          const b = k.load(element, weightElements.at([k.add(o, output), k.add(i, channels.weight), ...from]));
          k.set(sum, k.add(k.get(sum), k.mul(a, b)));
        });
      },
    );
    sink.at(indices).store(k.get(sum));
  });
}

function spatialWalk(
  k: KernelBuilder,
  { context, box, operands: [x, weight] }: Vertex<ConvAttributes>,
  axis: number,
  i: number,
) {
  const tapAxis = spaceAxes(spatialRank(context.operands)).taps[i];
  const window = windowAxis(context.operands, context.attributes, i);
  const walk = windowWalk(window, axisRange(box, axis), axisRange(box, tapAxis), axisRange(x.region, 2 + i));
  const numbers = {
    first: k.field(walk.first),
    across: k.field(walk.across),
    along: k.field(Math.max(walk.along, 1)),
    extent: k.field(walk.extent),
  };
  const taps = k.field(walk.taps);
  return {
    firstTap: k.field(box.start[tapAxis] - weight.region.start[2 + i]),
    tapsAt: (place: Operand) => tapsAt(k, taps, numbers, place),
    position: (place: Operand, tap: Operand) =>
      k.add(k.add(numbers.first, k.mul(place, numbers.across)), k.mul(tap, numbers.along)),
  };
}

/** Where in the operands' regions the input channels lie that output channel `o` of the box sums over. */
function groupChannels(k: KernelBuilder, { context, box, operands: [x, weight] }: Vertex<ConvAttributes>) {
  const { groups } = context.attributes;
  const axis = spaceAxes(spatialRank(context.operands)).channels;
  const [outputs, inner] = context.operands[1].shape;
  const first = k.field(box.start[axis] - x.region.start[1]);
  const start = k.field(box.start[1]);
  const perGroup = k.field(outputs / groups);
  const innerField = k.field(inner);
  return {
    count: k.field(box.count[axis]),
    weight: k.field(box.start[axis] - weight.region.start[1]),
    input: (o: Operand) => (groups === 1 ? first : k.add(k.mul(k.div(k.add(o, start), perGroup), innerField), first)),
  };
}
