/**
 * The kernel of a pool's gradient: every element of the input visits the windows it lies in, in their order, and adds up what each of them
 * hands it. Channels are the inner loop, in vectors where they are neighbours in memory.
 */
import type { Box, KernelBuilder, KernelType, KernelValue, Operand, Vertex, View } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import type { WindowAxis } from '../define/window.ts';
import { numberOf } from '../plane/plane.ts';
import { storeAlong } from '../plane/store.ts';
import { shareUnits } from '../plane/units.ts';
import { numberElement, startBytes, strideBytes } from '../plane/views.ts';

/** One spatial axis, in registers; positions and windows count from the tensors' first. */
export interface GradientAxis {
  readonly taps: Operand;
  readonly stride: Operand;
  readonly low: Operand;
  readonly input: Operand;
}

/** One element and one window it lies in. */
export interface WindowVisit {
  readonly type: KernelType;
  readonly axes: readonly GradientAxis[];
  /** The element's place and the window's, per spatial axis. */
  readonly place: readonly KernelValue[];
  readonly window: readonly KernelValue[];
  /** Reads an operand of this image and channel at a place. */
  readonly load: (slot: number, place: readonly KernelValue[]) => KernelValue;
}

/** What window `visit.window` hands to the element. */
export type Share = (k: KernelBuilder, visit: WindowVisit) => KernelValue;

/** For a part of the vertex's box. `slopes` is the slot of what comes down; the other operands lie as the share reads them. */
export function poolGradientKernel(
  k: KernelBuilder,
  vertex: Vertex,
  windows: readonly WindowAxis[],
  slopes: number,
  share: Share,
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
          storeAlong(k, sink, sink.at([n, channel, ...moved]), 1, k.get(sum), []);
        },
        step,
      );
    if (whole > 0) some(vectorOf(element), 0, numberOf(k, whole), 4);
    if (whole < part.count[1]) some(element, numberOf(k, whole), numberOf(k, part.count[1]), 1);
  });
}

/** Indices from `from` up to, not including, `to`. */
export interface Bounds {
  readonly from: Operand;
  readonly to: Operand;
}

function windowsAt(k: KernelBuilder, { taps, stride, low }: GradientAxis, count: Operand, place: KernelValue): Bounds {
  const reach = k.add(place, low);
  // Rounded towards zero from below it, which is where windows begin.
  const from = k.max(k.div(k.add(k.sub(reach, taps), stride), stride), 0);
  return { from, to: k.min(k.add(k.div(reach, stride), 1), count) };
}

/** Nested loops, the last one fastest. */
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

/** The address of an element of an operand; image and channel count from the region's first. */
function memoryOf(k: KernelBuilder, slot: number, view: View) {
  const base = startBytes(k, slot, view, view.region.start);
  const strides = view.strides.map((stride, axis) =>
    axis === 1 && stride === 1 ? 4 : k.field(strideBytes(view, axis)),
  );
  const first = view.region.start.map((start, axis) => (axis < 2 ? 0 : k.field(start)));
  return (image: Operand, channel: Operand, place: readonly KernelValue[]): KernelValue =>
    [image, channel, ...place].reduce<KernelValue>(
      (address, index, axis) => k.add(address, k.mul(k.sub(index, first[axis]), strides[axis])),
      base,
    );
}
