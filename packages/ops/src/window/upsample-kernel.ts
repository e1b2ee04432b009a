/**
 * The kernel of upsampling: for each pixel of the result it finds the neighbours and their weights, and then loops over the channels, in
 * vectors if they are neighbours in memory. Positions between elements are whole numbers in units of 1 / (2 · scale), so they are exact.
 */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { numberOf } from '../plane/plane.ts';
import { storeAlong } from '../plane/store.ts';
import { shareUnits } from '../plane/units.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../plane/views.ts';
import type { UpsampleAttributes } from './upsample-attributes.ts';

/** Writes the whole kernel, for maps with one or two spatial axes. */
export function upsampleKernel(k: KernelBuilder, vertex: Vertex<UpsampleAttributes>): void {
  const {
    context,
    box,
    operands: [x],
    sink,
  } = vertex;
  const element = numberElement(context.result.element);
  const touch = x.strides[1] === 1 || box.count[1] === 1;
  const whole = touch ? box.count[1] - (box.count[1] % 4) : 0;
  const channelBytes = touch ? bytesOf(x) : k.field(strideBytes(x, 1));
  const batchBytes = numberOf(k, strideBytes(x, 0));
  const input = startBytes(k, 0, x, [box.start[0], box.start[1], ...x.region.start.slice(2)]);
  const axes = context.attributes.scale.map((_, i) => spatialAxis(k, vertex, i));
  const counts = context.result.shape.map((_, axis) => (axis === 1 ? 1 : numberOf(k, box.count[axis])));
  shareUnits(k, counts, ([n, , ...place]) => {
    const base = n === 0 ? input : k.add(input, k.mul(n, batchBytes));
    const between = axes.map((axis, i) => axis(place[i]));
    const some = (type: KernelType, from: Operand, to: Operand, step: number): void =>
      k.loop(
        from,
        to,
        channel => {
          const value = interpolate(k, type, k.add(base, k.mul(channel, channelBytes)), between);
          storeAlong(k, { sink, cursor: sink.at([n, channel, ...place]), axis: 1 }, value, []);
        },
        step,
      );
    if (whole > 0) some(vectorOf(element), 0, numberOf(k, whole), 4);
    if (whole < box.count[1]) some(element, numberOf(k, whole), numberOf(k, box.count[1]), 1);
  });
}

/** The two neighbours of a result on one axis, as distances in bytes; without weights, only `low` counts. */
interface Between {
  readonly low: KernelValue;
  readonly high: KernelValue;
  readonly weights?: readonly [low: KernelValue, high: KernelValue];
}

function spatialAxis(
  k: KernelBuilder,
  { context, box, operands: [x] }: Vertex<UpsampleAttributes>,
  i: number,
): (place: Operand) => Between {
  const { mode, scale } = context.attributes;
  const start = k.field(box.start[2 + i]);
  const bytes = k.field(strideBytes(x, 2 + i));
  const first = k.field(x.region.start[2 + i]);
  const distance = (position: KernelValue): KernelValue => k.mul(k.sub(position, first), bytes);
  if (mode === 'nearest') {
    const factor = k.field(scale[i]);
    return place => {
      const at = distance(k.div(k.add(start, place), factor));
      return { low: at, high: at };
    };
  }
  const [unit, shift] = [k.field(2 * scale[i]), k.field(1 - scale[i])];
  const last = k.field(context.operands[0].shape[2 + i] - 1);
  return place => {
    const at = k.max(k.add(k.mul(k.add(start, place), 2), shift), 0);
    const low = k.div(at, unit);
    const weight = k.div(k.convert(k.sub(at, k.mul(low, unit))), k.convert(unit));
    const high = k.min(k.add(low, 1), last);
    return { low: distance(low), high: distance(high), weights: [k.sub(1, weight), weight] };
  };
}

function interpolate(
  k: KernelBuilder,
  type: KernelType,
  address: KernelValue,
  [axis, ...inner]: readonly Between[],
): KernelValue {
  if (axis === undefined) return k.load(type, address);
  const low = interpolate(k, type, k.add(address, axis.low), inner);
  if (axis.weights === undefined) return low;
  const high = interpolate(k, type, k.add(address, axis.high), inner);
  return k.add(k.mul(low, axis.weights[0]), k.mul(high, axis.weights[1]));
}
