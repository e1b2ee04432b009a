/**
 * Convolutions and transposed convolutions of one group as uniform planes, for chips on which code takes memory of the tiles.
 *
 * The results on an axis are divided into *classes*: a convolution has one, a transposed one has a class for each remainder by the stride (see
 * `conv-transpose/residues.ts`). In the code, classes are the turns of a loop, in which the turn selects the numbers of the class. There is
 * room for at least two classes even if there is only one, so that both kinds of convolutions share the code. If every result reads a
 * single pixel, there is nothing to select and nothing to clip; such convolutions have shorter code of their own.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Sink, View } from '@tessera-dnn/graph/op';
import { interior, type WindowWalk } from '../define/window.ts';
import { batchAxis } from '../plane/plane.ts';
import { type ByteProducts, bytesAtOnce } from '../plane/products.ts';
import { emitUniform } from '../plane/uniform.ts';
import { singleUniform, type UniformAxis, type UniformPlane, uniformChannels } from '../plane/uniform-plane.ts';
import { bytesOf, type NumberElement, strideBytes } from '../plane/views.ts';

/** The numbers of a vertex. The weights must be blocked along their output channels. */
export interface UniformConvolution {
  readonly sink: Sink;
  readonly element: NumberElement;
  /** Present if operands are bytes: `count.channels` are then fours of channels. */
  readonly bytes?: ByteProducts;
  /** Bytes of the weights of one output channel at one place, for one channel or for four. */
  readonly laneBytes: number;
  readonly x: View;
  readonly weight: View;
  /** Which axes of the weights are the output and the input channels. */
  readonly outputs: number;
  readonly inner: number;
  readonly count: { readonly batch: number; readonly outputs: number; readonly channels: number };
  /** Bytes from the first elements of input and weights to those at position 0 and tap 0 of the vertex. */
  readonly inputStart: number;
  readonly weightStart: number;
  readonly axes: readonly ClassedAxis[];
}

/** A spatial axis, on which the results `r + i·step` are class r. */
export interface ClassedAxis {
  readonly classes: readonly AxisClass[];
  readonly step: number;
  /** Bytes from position to position of the input, and from tap to tap of the weights. */
  readonly inputBytes: number;
  readonly weightBytes: number;
  /** The axis of the result. */
  readonly result: number;
}

/** The results of one class. */
export interface AxisClass {
  readonly walk: WindowWalk;
  /** Bytes of weights to its first tap. */
  readonly weightStart: number;
}

/** Writes the whole kernel. */
export function uniformConvolution(k: KernelBuilder, convolution: UniformConvolution): void {
  if (convolution.axes.every(isPointwise)) emitPoints(k, convolution);
  else emitWindows(k, convolution);
}

/** Whether every result on the axis reads exactly one element of the input. */
function isPointwise({ classes, step }: ClassedAxis): boolean {
  const [{ walk }] = classes;
  const [from, to] = interior(walk);
  return step === 1 && walk.taps === 1 && to - from === walk.results;
}

function emitPoints(k: KernelBuilder, convolution: UniformConvolution): void {
  const { sink, axes, inputStart, weightStart } = convolution;
  const joined = joinedRows(axes, sink);
  const numbers = (joined ? [joined] : axes).map(axis => pointAxis(k, axis));
  const input = axes.reduce((bytes, { classes, inputBytes }) => bytes + classes[0].walk.first * inputBytes, inputStart);
  const weights = axes.reduce((bytes, { classes }) => bytes + classes[0].weightStart, weightStart);
  emitUniform(k, sink, {
    ...partsOf(k, convolution),
    rows: numbers.length === 2 ? numbers[0] : singleUniform(axes.length === 2 ? axes[0].result : -1),
    columns: numbers[numbers.length - 1],
    input: k.add(k.address(0), k.field(input)),
    weights: k.add(k.address(1), k.field(weights)),
  });
}

/** All rows as one, if they follow each other without a gap in the input and in all that the sink writes and reads; `undefined` if they do not. */
function joinedRows(axes: readonly ClassedAxis[], sink: Sink): ClassedAxis | undefined {
  const [rows, columns] = axes;
  if (columns === undefined) return rows;
  const [{ walk: down }] = rows.classes;
  const [{ walk, weightStart }] = columns.classes;
  const follow = down.across * rows.inputBytes === walk.results * walk.across * columns.inputBytes;
  if (down.results > 1 && !(follow && sink.continues(rows.result, columns.result))) return undefined;
  return { ...columns, classes: [{ walk: { ...walk, results: down.results * walk.results }, weightStart }] };
}

function pointAxis(k: KernelBuilder, { classes: [{ walk }], inputBytes, result }: ClassedAxis): UniformAxis {
  const count = k.field(walk.results);
  const acrossBytes = k.field(walk.across * inputBytes);
  return { count, from: 0, inside: count, acrossBytes, result: { axis: result, start: 0, step: 1 } };
}

/** The class of a turn, with its numbers in registers. */
interface ChosenClass {
  readonly axis: UniformAxis;
  /** Bytes of input to index 0, tap 0. */
  readonly inputStart: KernelValue;
  readonly weightStart: KernelValue;
}

function emitWindows(k: KernelBuilder, convolution: UniformConvolution): void {
  const { sink, axes, inputStart, weightStart } = convolution;
  const parts = partsOf(k, convolution);
  const channels = { ...parts.channels, merged: k.ne(k.field(Number(isMerged(convolution))), 0) };
  const input = k.add(k.address(0), k.field(inputStart));
  const weights = k.add(k.address(1), k.field(weightStart));
  const numbers = axes.map(axis => ({ count: k.field(axis.classes.length), at: classAt(k, axis) }));
  const loops = (chosen: readonly ChosenClass[]): void => {
    const next = numbers[chosen.length];
    if (next !== undefined) {
      k.loop(0, next.count, turn => loops([...chosen, next.at(turn)]));
      return;
    }
    emitUniform(k, sink, {
      ...parts,
      channels,
      rows: chosen.length === 2 ? chosen[0].axis : singleUniform(-1),
      columns: chosen[chosen.length - 1].axis,
      input: chosen.reduce((at, { inputStart: start }) => k.add(at, start), input),
      weights: chosen.reduce((at, { weightStart: start }) => k.add(at, start), weights),
    });
  };
  loops([]);
}

/** Whether the taps along a row and their channels are one contiguous run, in the input and in the weights. */
function isMerged(convolution: UniformConvolution): boolean {
  const { axes, weight, inner, count } = convolution;
  const { classes, inputBytes, weightBytes } = axes[axes.length - 1];
  const runs = [count.channels * channelBytes(convolution), count.channels * strideBytes(weight, inner)];
  return classes.length === 1 && classes[0].walk.along * inputBytes === runs[0] && weightBytes === runs[1];
}

const roomForClasses = 2;

/** Gives the class of a turn, which selects among the fields of all classes. */
function classAt(k: KernelBuilder, axis: ClassedAxis): (turn: KernelValue) => ChosenClass {
  const { classes, step, result } = axis;
  const [{ walk }] = classes.toSorted((a, b) => b.walk.taps - a.walk.taps);
  const fields = (of: (own: AxisClass) => number): readonly KernelValue[] =>
    Array.from({ length: Math.max(roomForClasses, step) }, (_, r) => k.field(r < classes.length ? of(classes[r]) : 0));
  const insideOf = (own: AxisClass) => (own.walk.taps === 0 ? ([0, own.walk.results] as const) : interior(own.walk));
  const count = fields(own => own.walk.results);
  const taps = fields(own => own.walk.taps);
  const first = fields(own => own.walk.first);
  const from = fields(own => insideOf(own)[0]);
  const inside = fields(own => insideOf(own)[1] - insideOf(own)[0]);
  const weightStart = fields(own => own.weightStart);
  const [stride, across, extent] = [k.field(step), k.field(walk.across), k.field(walk.extent)];
  const [inputBytes, weightBytes] = [k.field(axis.inputBytes), k.field(axis.weightBytes)];
  // With a single tap no step is ever taken, so any number will do.
  const along = walk.along <= 1 ? 1 : k.field(walk.along);
  const acrossBytes = k.mul(across, inputBytes);
  const alongBytes = k.mul(inputBytes, along);
  return turn => {
    const choose = (values: readonly KernelValue[]): KernelValue =>
      values.slice(1).reduce((chosen, value, r) => k.select(k.eq(turn, r + 1), value, chosen), values[0]);
    const start = choose(first);
    const window = {
      taps: choose(taps),
      clip: { first: start, across, along, extent },
      inputBytes: alongBytes,
      weightBytes,
    };
    return {
      inputStart: k.mul(start, inputBytes),
      weightStart: choose(weightStart),
      axis: {
        count: choose(count),
        from: choose(from),
        inside: choose(inside),
        acrossBytes,
        window,
        result: { axis: result, start: turn, step: stride },
      },
    };
  };
}

/** Bytes of input from one channel, or from one four of channels, to the next. */
function channelBytes({ x, bytes }: UniformConvolution): number {
  return strideBytes(x, 1) * (bytes ? bytesAtOnce : 1);
}

/** The parts of the plane that do not depend on its spatial axes. */
function partsOf(
  k: KernelBuilder,
  convolution: UniformConvolution,
): Pick<UniformPlane, 'type' | 'bytes' | 'outer' | 'channels' | 'blocks'> {
  const { element, bytes, laneBytes, x, weight, outputs, inner, count } = convolution;
  const size = weight.layout.block?.size ?? 8;
  const inputBytes = channelBytes(convolution);
  const numbers = { count: count.channels, inputBytes, weightBytes: strideBytes(weight, inner) };
  return {
    type: vectorOf(element),
    bytes,
    outer: [batchAxis(k, count.batch, count.batch > 1 ? strideBytes(x, 0) : 0)],
    channels: uniformChannels(k, numbers, { input: bytes ? bytesAtOnce : bytesOf(x), weights: laneBytes * size }),
    blocks: {
      count: k.field(Math.ceil(count.outputs / size)),
      vectors: size / 4,
      bytes: k.field(strideBytes(weight, outputs)),
      laneBytes,
      tail: count.outputs % size,
      axis: 1,
      first: 0,
    },
  };
}
