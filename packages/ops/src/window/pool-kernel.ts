/** The kernels of pools: in vectors over the channels, or, with any strides, one element at a time. */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import type { WindowWalk } from '../define/window.ts';
import { axisRange, windowWalk } from '../define/window.ts';
import type { ChannelLine, WindowPlace } from '../plane/channel-tile.ts';
import { singleLine } from '../plane/channel-tile.ts';
import { emitChannelwise } from '../plane/channelwise.ts';
import { nestedLoops } from '../plane/nested-loops.ts';
import { numberOf } from '../plane/plane.ts';
import { tapsAt } from '../plane/taps.ts';
import { shareUnits } from '../plane/units.ts';
import { bytesOf, elementsOf, numberElement, startBytes, strideBytes } from '../plane/views.ts';
import type { PoolAttributes } from './pool.ts';
import { poolAxis } from './pool.ts';

/** How a pool combines the elements of a window, beginning with `initial`, and what it does to the result at the end. */
export interface Pooling {
  readonly initial: number;
  readonly combine: (k: KernelBuilder, sum: KernelValue, x: KernelValue) => KernelValue;
  readonly finish?: (place: WindowPlace) => (sum: KernelValue) => KernelValue;
}

/** Writes the kernel of a pool: in vectors if the variant has channels last and the view has them as neighbours. */
export function poolKernel<A extends PoolAttributes>(k: KernelBuilder, vertex: Vertex<A>, pooling: Pooling): void {
  const {
    operands: [x],
    box,
    variant,
  } = vertex;
  const touch = x.layout.block === undefined && (x.strides[1] === 1 || box.count[1] === 1);
  if (variant === 'channels' && touch) channelKernel(k, vertex, pooling);
  else elementKernel(k, vertex, pooling);
}

function channelKernel<A extends PoolAttributes>(k: KernelBuilder, vertex: Vertex<A>, pooling: Pooling): void {
  const {
    context,
    box,
    operands: [x],
    sink,
  } = vertex;
  const rank = x.type.shape.length - 2;
  const line = (i: number): ChannelLine => ({
    walk: walkOf(vertex, i),
    inputBytes: strideBytes(x, 2 + i),
    weightBytes: 0,
    result: 2 + i,
  });
  emitChannelwise(k, sink, {
    element: numberElement(context.result.element),
    batch: { count: box.count[0], inputBytes: strideBytes(x, 0) },
    rows: rank === 2 ? line(0) : singleLine(),
    columns: line(rank - 1),
    channels: box.count[1],
    bytes: bytesOf(x),
    input: startBytes(k, 0, x, [box.start[0], box.start[1], ...x.region.start.slice(2)]),
    ...pooling,
  });
}

function walkOf<A extends PoolAttributes>({ context, box, operands: [x] }: Vertex<A>, i: number): WindowWalk {
  const window = poolAxis(x.type, context.attributes, i);
  const taps = { start: 0, count: window.taps, step: 1 };
  return windowWalk(window, axisRange(box, 2 + i), taps, axisRange(x.region, 2 + i));
}

function elementKernel<A extends PoolAttributes>(k: KernelBuilder, vertex: Vertex<A>, pooling: Pooling): void {
  const {
    context,
    box,
    operands: [x],
    sink,
  } = vertex;
  const element = numberElement(context.result.element);
  const elements = elementsOf(k, 0, x);
  const [batch, channel] = [0, 1].map(axis => numberOf(k, box.start[axis] - x.region.start[axis]));
  const walks = context.attributes.kernel.map((_, i) => walkRegisters(k, walkOf(vertex, i)));
  shareUnits(
    k,
    context.result.shape.map((_, axis) => numberOf(k, box.count[axis])),
    indices => {
      const [n, c, ...place] = indices;
      const sum = k.cell(k.constant(element, pooling.initial));
      const taps = walks.map((walk, i) => tapsAt(k, walk.taps, walk, place[i]));
      nestedLoops(
        k,
        taps.map(range => range.count),
        turns => {
          const at = walks.map((walk, i) => {
            const position = k.add(walk.first, k.mul(place[i], walk.across));
            return k.add(position, k.add(turns[i], taps[i].from));
          });
          const value = k.load(element, elements.at([k.add(batch, n), k.add(channel, c), ...at]));
          k.set(sum, pooling.combine(k, k.get(sum), value));
        },
      );
      const axes = walks.map((_, i) => ({ index: place[i], taps: taps[i].count }));
      const row = axes.length === 2 ? axes[0] : { index: 0, taps: 1 };
      const finish = pooling.finish?.({ row, column: axes[axes.length - 1] });
      sink.at(indices).store(finish ? finish(k.get(sum)) : k.get(sum));
    },
  );
}

/**
 * The numbers of a walk in registers. The taps of a pool are neighbours: only regions with a step have them apart, and then there is a
 * single tap.
 */
function walkRegisters(
  k: KernelBuilder,
  walk: WindowWalk,
): { readonly [P in 'first' | 'across' | 'along' | 'extent' | 'taps']: Operand } {
  return {
    first: k.field(walk.first),
    across: numberOf(k, walk.across),
    along: 1,
    extent: k.field(walk.extent),
    taps: k.field(walk.taps),
  };
}
