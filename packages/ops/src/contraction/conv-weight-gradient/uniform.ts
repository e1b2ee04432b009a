/**
 * `conv_weight_gradient` of one group, for chips on which code takes memory of the tiles: register tiles of four input channels × eight output
 * channels for one tap, with all numbers as fields. What depends on the tap is worked out once for a line of tiles along the input channels.
 */
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Cursor, Sink, Vertex, View } from '@tessera-dnn/graph/op';
import { axisRange, windowWalk } from '../../define/window.ts';
import { numberOf } from '../../plane/plane.ts';
import { storeAlong, storeEnd } from '../../plane/store.ts';
import { type TapRange, tapsAt } from '../../plane/taps.ts';
import { shareLines } from '../../plane/units.ts';
import { bytesOf, distanceBytes, numberElement, strideBytes } from '../../plane/views.ts';
import { axesOf, tapAxis, type WeightGradientAttributes } from './axes.ts';
import { type OutputSpan, outputSpans } from './cuts.ts';

const tileInputs = 4;

/** Writes the whole kernel. */
export function uniformWeightGradient(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  const { box, context, operands } = vertex;
  const [x, slopes] = operands;
  const { batch } = axesOf(x.type.shape.length - 2);
  const numbers = joined(x.type.shape.slice(2).map((_, i) => axisNumbers(vertex, i)));
  const first = [box.start[1], box.start[0]];
  const [from, slopesFrom] = operands.map((view, slot) =>
    distanceBytes(view, [view.region.start[0], first[slot], ...view.region.start.slice(2)]),
  );
  const inputBytes = numbers.reduce((bytes, axis) => bytes + axis.first * axis.placeBytes, from);
  const writer: UniformSumWriter = {
    k,
    sink: vertex.sink,
    element: numberElement(context.result.element),
    x: k.add(k.address(0), k.field(inputBytes)),
    slopes: k.add(k.address(1), k.field(slopesFrom)),
    channelBytes: strideBytes(x, 1) === bytesOf(x) ? bytesOf(x) : k.field(strideBytes(x, 1)),
    slopeBytes: bytesOf(slopes),
    images: { count: numberOf(k, box.count[batch]), x: imageBytes(k, x), slopes: imageBytes(k, slopes) },
    axes: numbers.map(axis => lineAxis(k, axis)),
  };
  const count = box.count[1];
  const width = Math.min(tileInputs, count);
  const inputs = { width, turns: k.field(Math.ceil(count / width)), last: k.field(count - width) };
  for (const outputs of outputSpans(box.count[0])) emitTiles(writer, outputs, inputs);
}

function imageBytes(k: KernelBuilder, view: View): Operand {
  return numberOf(k, view.region.count[0] > 1 ? strideBytes(view, 0) : 0);
}

interface UniformSumWriter {
  readonly k: KernelBuilder;
  readonly sink: Sink;
  readonly element: 'f32' | 'i32';
  /**
   * The addresses, for the first channel of the first image, of the input for tap 0 and slope 0 (before the operand if that is padding), and
   * of slope 0.
   */
  readonly x: KernelValue;
  readonly slopes: KernelValue;
  readonly channelBytes: Operand;
  /** Between neighbouring channels of the slopes. */
  readonly slopeBytes: number;
  readonly images: OperandLoop;
  readonly axes: readonly LineAxis[];
}

/** A loop of `count` turns, and how many bytes each advances in the two operands. */
interface OperandLoop {
  readonly count: Operand;
  readonly x: Operand;
  readonly slopes: Operand;
}

/**
 * A spatial axis as numbers: for tap t, slope p is multiplied with position `first + t·along + p·across` of the input, if that is in `[0,
 * extent)`.
 */
interface GradientAxis {
  readonly taps: number;
  readonly results: number;
  readonly first: number;
  readonly along: number;
  readonly across: number;
  readonly extent: number;
  /** Bytes from one position of the input, and from one slope, to the next. */
  readonly placeBytes: number;
  readonly slopeBytes: number;
}

function axisNumbers(
  { context, box, operands: [x, slopes] }: Vertex<WeightGradientAttributes>,
  i: number,
): GradientAxis {
  const { taps, places } = axesOf(x.type.shape.length - 2);
  const window = tapAxis(x.type, context.attributes, i);
  const walk = windowWalk(window, axisRange(box, places[i]), axisRange(box, taps[i]), axisRange(x.region, 2 + i));
  // With a single place no step is ever taken, so any number will do.
  const across = Math.max(1, walk.across);
  return { ...walk, across, placeBytes: strideBytes(x, 2 + i), slopeBytes: strideBytes(slopes, 2 + i) };
}

/** If there is a single tap, inside the input for all slopes, and rows follow each other without a gap in both operands, all rows become one. */
function joined(axes: readonly GradientAxis[]): readonly GradientAxis[] {
  if (axes.length < 2 || !axes.every(meetsAll)) return axes;
  const [rows, columns] = axes;
  const follow =
    rows.across * rows.placeBytes === columns.results * columns.across * columns.placeBytes &&
    rows.slopeBytes === columns.results * columns.slopeBytes;
  if (!follow || rows.first !== 0 || columns.first !== 0) return axes;
  const results = rows.results * columns.results;
  return [
    { ...rows, results: 1 },
    { ...columns, results, extent: (results - 1) * columns.across + 1 },
  ];
}

function meetsAll({ taps, first, results, across, extent }: GradientAxis): boolean {
  return taps === 1 && first >= 0 && first + (results - 1) * across < extent;
}

interface LineAxis {
  readonly taps: Operand;
  readonly slopesAt: (tap: Operand) => TapRange;
  readonly tapBytes: Operand;
  readonly xBytes: Operand;
  readonly slopeBytes: Operand;
}

function lineAxis(k: KernelBuilder, axis: GradientAxis): LineAxis {
  const { results, first, along, across, extent, placeBytes, slopeBytes } = axis;
  const shift = Math.log2(across);
  const clip = {
    first: k.field(first),
    // The slopes for a tap are clipped like the taps for a result: only the two distances change their roles.
    across: k.field(along),
    along: k.field(across),
    alongShift: Number.isInteger(shift) ? k.field(shift) : undefined,
    extent: k.field(extent),
  };
  const count = k.field(results);
  return {
    taps: k.field(axis.taps),
    slopesAt: tap => tapsAt(k, count, clip, tap),
    tapBytes: k.field(along * placeBytes),
    xBytes: k.field(across * placeBytes),
    slopeBytes: k.field(slopeBytes),
  };
}

/** `turns` tiles of `width` input channels each; the last begins at channel `last`, and may overlap the one before it. */
interface InputTiles {
  readonly width: number;
  readonly turns: KernelValue;
  readonly last: KernelValue;
}

/** All tiles of one size, for all taps; the workers divide them. */
function emitTiles(writer: UniformSumWriter, outputs: OutputSpan, inputs: InputTiles): void {
  const { k, sink, axes, images } = writer;
  const step = sink.step([0, 1, ...axes.map(() => 0)]);
  const counts = [k.field(outputs.turns), ...axes.map(axis => axis.taps)];
  shareLines(k, counts, inputs.turns, ([o, ...tap]) => {
    const output = k.add(k.mul(o, outputs.width), k.field(outputs.start));
    const ranges = axes.map((axis, i) => axis.slopesAt(tap[i]));
    let x = writer.x;
    let slopes = k.add(writer.slopes, k.mul(output, writer.slopeBytes));
    axes.forEach((axis, i) => {
      x = k.add(k.add(x, k.mul(tap[i], axis.tapBytes)), k.mul(ranges[i].from, axis.xBytes));
      slopes = k.add(slopes, k.mul(ranges[i].from, axis.slopeBytes));
    });
    const loops = [
      images,
      ...axes.map((axis, i) => ({ count: ranges[i].count, x: axis.xBytes, slopes: axis.slopeBytes })),
    ];
    return turn => {
      const next = k.mul(turn, inputs.width);
      const input = k.min(next, inputs.last);
      const known = k.sub(next, input);
      const sums = sumTile(writer, outputs, inputs.width, loops, {
        x: k.add(x, k.mul(input, writer.channelBytes)),
        slopes,
      });
      let cursor = sink.at([output, input, ...tap]);
      sums.forEach((values, i) => {
        const here = i === 0 ? cursor : cursor.moved(step);
        cursor = here;
        const store = (): void => storeOutputs(writer, outputs, here, values);
        // What the tile before has stored is not stored again: the result may lie over an operand of the epilogue, which would be read once more.
        if (i === inputs.width - 1) store();
        else k.when(k.le(known, i), store);
      });
    };
  });
}

/** Stores the vectors of output channels for one input channel. */
function storeOutputs(
  { k, sink }: UniformSumWriter,
  outputs: OutputSpan,
  cursor: Cursor,
  values: readonly KernelValue[],
): void {
  values.forEach((value, v) => {
    const { at, skipped } = outputs.vectors[v] ?? { at: 0, skipped: 0 };
    if (skipped > 0) storeEnd(k, { cursor, axis: 0, start: at }, value, skipped, []);
    else storeAlong(k, { sink, cursor, axis: 0 }, value, at > 0 ? [[0, at]] : []);
  });
}

/** The sums of a tile: for each input channel, the vectors of output channels. */
function sumTile(
  { k, element, channelBytes, slopeBytes }: UniformSumWriter,
  { vectors }: OutputSpan,
  width: number,
  loops: readonly OperandLoop[],
  { x, slopes }: { readonly x: KernelValue; readonly slopes: KernelValue },
): readonly (readonly KernelValue[])[] {
  const type = vectors.length === 0 ? element : vectorOf(element);
  const channels = vectors.length === 0 ? [0] : vectors.map(({ at }) => at);
  const sums = Array.from({ length: width }, () => channels.map(() => k.cell(k.constant(type, 0))));
  const distances = sums.map((_, i) => (typeof channelBytes === 'number' || i === 0 ? 0 : k.mul(channelBytes, i)));
  walkBoth(k, loops, x, slopes, (input, slope) => {
    const values = channels.map(channel => k.load(type, slope, slopeBytes * channel));
    sums.forEach((row, i) => {
      const at = k.add(input, distances[i]);
      const offset = typeof channelBytes === 'number' ? i * channelBytes : 0;
      const factor = type === element ? k.load(type, at, offset) : k.loadSplat(type, at, offset);
      row.forEach((sum, v) => {
        const old = k.get(sum);
        k.set(sum, element === 'f32' ? k.fma(factor, values[v], old) : k.add(old, k.mul(factor, values[v])));
      });
    });
  });
  return sums.map(row => row.map(sum => k.get(sum)));
}

/** Writes `body` inside nested loops, which advance both addresses at the end of each turn. */
function walkBoth(
  k: KernelBuilder,
  [walk, ...inner]: readonly OperandLoop[],
  x: KernelValue,
  slopes: KernelValue,
  body: (x: KernelValue, slopes: KernelValue) => void,
): void {
  if (walk === undefined) {
    body(x, slopes);
    return;
  }
  if (walk.count === 1) {
    walkBoth(k, inner, x, slopes, body);
    return;
  }
  const [atX, atSlopes] = [k.cell(x), k.cell(slopes)];
  k.loop(0, walk.count, () => {
    walkBoth(k, inner, k.get(atX), k.get(atSlopes), body);
    k.set(atX, k.add(k.get(atX), walk.x));
    k.set(atSlopes, k.add(k.get(atSlopes), walk.slopes));
  });
}
