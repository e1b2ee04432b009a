/** The transposed convolution for all vertices that no faster kernel suits. */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { nestedLoops } from '../../plane/nested-loops.ts';
import { numberOf } from '../../plane/plane.ts';
import { shareUnits } from '../../plane/units.ts';
import { elementsOf, numberElement } from '../../plane/views.ts';
import { spaceAxes, spatialRank } from '../conv/convolution.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

/** Writes the whole kernel: one result at a time, with any layouts and any groups. */
export function genericConvTransposeKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const axes = spaceAxes(spatialRank(context.operands));
  const xElements = elementsOf(k, 0, x);
  const weightElements = elementsOf(k, 1, weight);
  const element = numberElement(context.result.element);
  const batch = k.field(box.start[0] - x.region.start[0]);
  const channels = groupChannels(k, vertex);
  const spatial = axes.spatial.map((_, i) => spatialNumbers(k, vertex, i));
  const counts = [0, 1, ...axes.spatial].map(axis => numberOf(k, box.count[axis]));
  shareUnits(k, counts, indices => {
    const [n, o, ...place] = indices;
    const sum = k.cell(k.constant(element, 0));
    nestedLoops(
      k,
      spatial.map(axis => axis.taps),
      taps => {
        const sources = spatial.map((axis, i) => axis.source(place[i], taps[i]));
        const exists = sources.map(source => source.exists).reduce((all, one) => k.and(all, one));
        k.when(exists, () =>
          k.loop(0, channels.count, i => {
            const at = sources.map(source => source.position);
            const tapAt = spatial.map((axis, s) => k.add(taps[s], axis.firstTap));
            const a = k.load(element, xElements.at([k.add(n, batch), k.add(channels.input(o), i), ...at]));
            const b = k.load(element, weightElements.at([k.add(channels.weight(o), i), channels.output(o), ...tapAt]));
            k.set(sum, k.add(k.get(sum), k.mul(a, b)));
          }),
        );
      },
    );
    sink.at(indices).store(k.get(sum));
  });
}

/** One spatial axis: the position in the input's region for a result and a tap, and whether there is such an element. */
function spatialNumbers(
  k: KernelBuilder,
  { context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>,
  i: number,
) {
  const { stride, dilation, padding } = context.attributes;
  const tapAxis = spaceAxes(spatialRank(context.operands)).taps[i];
  const origin = k.field(box.start[2 + i] + padding[i][0] - box.start[tapAxis] * dilation[i]);
  const [step, along] = [k.field(stride[i]), k.field(dilation[i])];
  const extent = k.field(context.operands[0].shape[2 + i]);
  const first = k.field(x.region.start[2 + i]);
  return {
    taps: numberOf(k, box.count[tapAxis]),
    firstTap: k.field(box.start[tapAxis] - weight.region.start[2 + i]),
    source: (place: Operand, tap: Operand) => {
      const distance = k.sub(k.add(origin, place), k.mul(tap, along));
      const at = k.div(distance, step);
      const inside = k.and(k.ge(distance, 0), k.lt(at, extent));
      return { position: k.sub(at, first), exists: k.and(inside, k.eq(k.mul(at, step), distance)) };
    },
  };
}

/** Where in the operands' regions the channels lie that output channel `o` of the box needs. */
function groupChannels(k: KernelBuilder, { context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>) {
  const { groups } = context.attributes;
  const axis = spaceAxes(spatialRank(context.operands)).channels;
  const perGroup = context.operands[1].shape[1];
  const start = k.field(box.start[1]);
  const group = (o: Operand) => k.div(k.add(o, start), k.field(perGroup));
  const inner = k.field(context.operands[0].shape[1] / groups);
  const [input, weightInput] = [x.region.start[1], weight.region.start[0]].map(from => k.field(box.start[axis] - from));
  const output = k.field(weight.region.start[1]);
  const size = k.field(perGroup);
  return {
    count: numberOf(k, box.count[axis]),
    input: (o: Operand) => k.add(k.mul(group(o), inner), input),
    weight: (o: Operand) => k.add(k.mul(group(o), inner), weightInput),
    output: (o: Operand) => k.sub(k.rem(k.add(o, start), size), output),
  };
}
