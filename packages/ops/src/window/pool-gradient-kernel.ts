/**
 * The kernel of the gradient of a pool: for every element of the input it goes through the windows that contain it, in order, and adds up the
 * *share* that each gives the element. Channels are the inner loop, in vectors if they are neighbours in memory.
 */
import type { Box } from '@tessera-dnn/graph';
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex, View } from '@tessera-dnn/graph/op';
import type { WindowAxis } from '../define/window.ts';
import { numberOf } from '../plane/plane.ts';
import { storeAlong } from '../plane/store.ts';
import { shareUnits } from '../plane/units.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../plane/views.ts';

/** One spatial axis of the pool's windows, in registers. */
export interface GradientAxis {
  readonly taps: Operand;
  readonly stride: Operand;
  readonly low: Operand;
  readonly input: Operand;
}

/** One element of the input and one window that contains it, in one channel or a vector of them. */
export interface WindowVisit {
  readonly type: KernelType;
  readonly axes: readonly GradientAxis[];
  /** The coordinates of the element, and the index of the window, on each spatial axis. */
  readonly place: readonly KernelValue[];
  readonly window: readonly KernelValue[];
  /** Loads the element of an operand with these spatial coordinates, from the same image and channel. */
  readonly load: (slot: number, place: readonly KernelValue[]) => KernelValue;
}

/** What the window gives to the element. */
export type Share = (k: KernelBuilder, visit: WindowVisit) => KernelValue;

/** Writes the results of a part of the vertex's box. `slopes` is the slot of the operand that has one element for each window. */
export function poolGradientKernel(
  k: KernelBuilder,
  vertex: Vertex,
  windows: readonly WindowAxis[],
  { slopes, share }: { readonly slopes: number; readonly share: Share },
  part: Box = vertex.box,
): void {
  const { context, operands, sink } = vertex;
  const element = numberElement(context.result.element);
  const inVectors = operands.every(view => view.layout.block === undefined && view.strides[1] === 1);
  const whole = inVectors ? part.count[1] - (part.count[1] % 4) : 0;
  const memories = operands.map((view, slot) => memoryOf(k, slot, view));
  const axes = windows.map(
    (window): GradientAxis => ({
      taps: k.field(window.taps),
      stride: k.field(window.stride),
      low: k.field(window.low),
      input: k.field(window.input),
    }),
  );
  const counts = windows.map((_, i) => k.field(context.operands[slopes].shape[2 + i]));
  const first = windows.map((_, i) => k.field(part.start[2 + i]));
  const shift = windows.map((_, i) => numberOf(k, part.start[2 + i] - vertex.box.start[2 + i]));
  const units = context.result.shape.map((_, axis) => (axis === 1 ? 1 : numberOf(k, part.count[axis])));
  shareUnits(k, units, ([n, , ...at]) => {
    const place = at.map((index, i) => k.add(first[i], index));
    const moved = at.map((index, i) => (shift[i] === 0 ? index : k.add(index, shift[i])));
    const ranges = axes.map((axis, i) => windowsAt(k, axis, counts[i], place[i]));
    const some = (type: KernelType, from: Operand, to: Operand, step: number): void =>
      k.loop(
        from,
        to,
        channel => {
          const sum = k.cell(k.constant(type, 0));
          const load = (slot: number, where: readonly KernelValue[]): KernelValue =>
            k.load(type, memories[slot](n, channel, where));
          loopOver(k, ranges, window => {
            k.set(sum, k.add(k.get(sum), share(k, { type, axes, place, window, load })));
          });
          storeAlong(k, { sink, cursor: sink.at([n, channel, ...moved]), axis: 1 }, k.get(sum), []);
        },
        step,
      );
    if (whole > 0) some(vectorOf(element), 0, numberOf(k, whole), 4);
    if (whole < part.count[1]) some(element, numberOf(k, whole), numberOf(k, part.count[1]), 1);
  });
}

/** The indices `[from, to)`. */
export interface Bounds {
  readonly from: Operand;
  readonly to: Operand;
}

function windowsAt(k: KernelBuilder, { taps, stride, low }: GradientAxis, count: Operand, place: KernelValue): Bounds {
  const reach = k.add(place, low);
  // The division truncates a negative quotient towards 0, which is the first window there is.
  const from = k.max(k.div(k.add(k.sub(reach, taps), stride), stride), 0);
  return { from, to: k.min(k.add(k.div(reach, stride), 1), count) };
}

/** Writes `body` inside nested loops, of which the last is the innermost. */
export function loopOver(
  k: KernelBuilder,
  bounds: readonly Bounds[],
  body: (indices: readonly KernelValue[]) => void,
): void {
  const nest = (indices: readonly KernelValue[]): void => {
    if (indices.length === bounds.length) body(indices);
    else k.loop(bounds[indices.length].from, bounds[indices.length].to, index => nest([...indices, index]));
  };
  nest([]);
}

/** Gives the addresses of an operand's elements; image and channel are counted from the start of its region, the place from that of the tensor. */
function memoryOf(k: KernelBuilder, slot: number, view: View) {
  const base = startBytes(k, slot, view, view.region.start);
  const strides = view.strides.map((stride, axis) =>
    axis === 1 && stride === 1 ? bytesOf(view) : k.field(strideBytes(view, axis)),
  );
  const first = view.region.start.map((start, axis) => (axis < 2 ? 0 : k.field(start)));
  return (image: Operand, channel: Operand, place: readonly KernelValue[]): KernelValue =>
    [image, channel, ...place].reduce<KernelValue>(
      (address, index, axis) => k.add(address, k.mul(k.sub(index, first[axis]), strides[axis])),
      base,
    );
}
