/**
 * The loops over the results of a kernel. One axis, the innermost, may run in vectors: it is cut into spans, in which a turn computes 16, 4
 * or 1 neighbours. The workers divide the turns of the longest other loop, or, without another, the turns of each span.
 */
import type { KernelBuilder, KernelNumbers, KernelValue, Operand } from '@tessera-dnn/graph/kernel';

/** A tensor that is read or written at addresses that follow from the coordinates of the result. */
export interface NestStream {
  /** The address for the first result. */
  readonly address: KernelValue;
  /** Bytes from one coordinate to the next along each axis of the result; 0 where the address stays the same. */
  readonly strides: readonly number[];
}

/** Which loops to write. */
export interface Nest {
  /** The extents of the box of results. */
  readonly count: readonly number[];
  readonly streams: readonly NestStream[];
  /** The axis that runs in vectors, or -1. */
  readonly vectorAxis: number;
  /** How many neighbours a turn computes, in each span but the last (where it is 1); descending, `[16, 4]` by default. */
  readonly widths?: readonly number[];
  /** An axis for which the body has its own loop; its coordinate is always 0 here. */
  readonly walked?: number;
  /** Whether the caller has divided the work among the workers already, so that each runs all turns. */
  readonly undivided?: boolean;
}

/** Where the loops are: what the body may use. */
export interface NestPlace {
  /** One for each axis of the result, counted from the start of the box. */
  readonly coordinates: readonly Operand[];
  /** One for each stream. */
  readonly addresses: readonly KernelValue[];
  /** How many neighbours along the vector axis this turn computes: 16, 4 or 1. */
  readonly width: number;
}

/** Writes the loops, and `body` once for every span of the vector axis; each result belongs to exactly one turn of one worker. */
export function emitNest(k: KernelBuilder, numbers: KernelNumbers, nest: Nest, body: (place: NestPlace) => void): void {
  const { count, vectorAxis, walked } = nest;
  const axes = count.map((_, axis) => axis).filter(axis => count[axis] > 1 && axis !== walked && axis !== vectorAxis);
  // The axes with long strides are the outer loops, so that inner loops stay within a few cache lines.
  axes.sort((a, b) => longestStride(nest, b) - longestStride(nest, a) || a - b);
  const loops: readonly Loop[] = axes.map(axis => ({ axis, spans: [{ start: 0, width: 1, turns: count[axis] }] }));
  const vector =
    vectorAxis < 0 ? [] : [{ axis: vectorAxis, spans: spansOf(count[vectorAxis], nest.widths ?? [16, 4]) }];
  const shared = axes.reduce<number>((best, axis) => (best < 0 || count[axis] > count[best] ? axis : best), -1);
  const all = [...loops, ...vector];
  const start: NestPlace = {
    coordinates: count.map(() => 0),
    addresses: nest.streams.map(stream => stream.address),
    width: 1,
  };
  const writer: NestWriter = { k, numbers, nest, body, shared: shared >= 0 ? shared : vectorAxis };
  if (nest.undivided) emitLevel({ ...writer, shared: -1 }, all, start);
  else if (writer.shared < 0) k.share(k.i32(1), (from, to) => k.loop(from, to, () => emitLevel(writer, all, start)));
  else emitLevel(writer, all, start);
}

interface Loop {
  readonly axis: number;
  readonly spans: readonly Span[];
}

/** `turns` turns of `width` neighbours each, beginning at coordinate `start`. */
interface Span {
  readonly start: number;
  readonly width: number;
  readonly turns: number;
}

interface NestWriter {
  readonly k: KernelBuilder;
  readonly numbers: KernelNumbers;
  readonly nest: Nest;
  readonly body: (place: NestPlace) => void;
  /** The axis whose turns the workers divide; -1 if one worker runs all turns, or each of them does. */
  readonly shared: number;
}

function longestStride(nest: Nest, axis: number): number {
  return Math.max(0, ...nest.streams.map(stream => Math.abs(stream.strides[axis])));
}

/** Cuts `count` elements into spans of these widths, and then of 1; spans without a turn are left out. */
export function spansOf(count: number, widths: readonly number[]): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const width of [...widths, 1]) {
    const turns = Math.floor((count - start) / width);
    if (turns > 0) spans.push({ start, width, turns });
    start += turns * width;
  }
  return spans;
}

function emitLevel(writer: NestWriter, loops: readonly Loop[], place: NestPlace): void {
  const [loop, ...inner] = loops;
  if (loop === undefined) {
    writer.body(place);
    return;
  }
  for (const span of loop.spans) emitSpan(writer, loop.axis, span, place, here => emitLevel(writer, inner, here));
}

function emitSpan(
  writer: NestWriter,
  axis: number,
  span: Span,
  place: NestPlace,
  body: (place: NestPlace) => void,
): void {
  const { k, numbers, nest } = writer;
  const turns = numbers.field(`turns of ${axis} by ${span.width}`, span.turns);
  const loop = (from: Operand, to: Operand): void =>
    k.loop(from, to, turn => {
      const scaled = span.width === 1 ? turn : k.mul(turn, span.width);
      const at =
        span.start === 0 ? scaled : k.add(scaled, numbers.field(`start of ${axis} by ${span.width}`, span.start));
      body({
        coordinates: place.coordinates.map((coordinate, own) => (own === axis ? at : coordinate)),
        addresses: place.addresses.map((address, s) =>
          numbers.step(address, at, `stride ${s} of ${axis}`, nest.streams[s].strides[axis]),
        ),
        width: span.width,
      });
    });
  if (axis === writer.shared) k.share(turns, loop);
  else loop(0, turns);
}
