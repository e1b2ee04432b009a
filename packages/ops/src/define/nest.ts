/**
 * The loops over a kernel's results. One axis may run in vectors: it is innermost and is cut into spans of 16 and 4 neighbours and
 * single ones; the workers divide the turns of the longest other loop, or of every span where there is no other.
 */
import type { KernelBuilder, KernelNumbers, KernelValue, Operand } from '@tessera/graph';

/** Something addressed by the results' coordinates. */
export interface NestStream {
  readonly address: KernelValue;
  /** Bytes per step along each result axis; 0 where it stands still. */
  readonly strides: readonly number[];
}

export interface Nest {
  /** Extents of the results' box. */
  readonly count: readonly number[];
  readonly streams: readonly NestStream[];
  /** The axis that runs in vectors, or -1. */
  readonly vectorAxis: number;
  /** Neighbours per turn of the spans, longest first: `[16, 4]` unless given. */
  readonly widths?: readonly number[];
  /** An axis the body walks itself; its coordinate is 0 here. */
  readonly walked?: number;
  /** Whether the workers have divided something else before: each runs all turns. */
  readonly undivided?: boolean;
}

export interface Place {
  /** One per result axis, relative to the box. */
  readonly coordinates: readonly Operand[];
  /** One per stream. */
  readonly addresses: readonly KernelValue[];
  /** How many neighbours along the vector axis start here: 16, 4 or 1. */
  readonly width: number;
}

export function emitNest(k: KernelBuilder, numbers: KernelNumbers, nest: Nest, body: (place: Place) => void): void {
  const { count, vectorAxis, walked } = nest;
  const axes = count.map((_, axis) => axis).filter(axis => count[axis] > 1 && axis !== walked && axis !== vectorAxis);
  // Outer loops take the long strides, so that inner ones stay within a few cache lines.
  axes.sort((a, b) => longestStride(nest, b) - longestStride(nest, a) || a - b);
  const loops: readonly Loop[] = axes.map(axis => ({ axis, spans: [{ start: 0, width: 1, turns: count[axis] }] }));
  const vector =
    vectorAxis < 0 ? [] : [{ axis: vectorAxis, spans: spansOf(count[vectorAxis], nest.widths ?? [16, 4]) }];
  const shared = axes.reduce<number>((best, axis) => (best < 0 || count[axis] > count[best] ? axis : best), -1);
  const all = [...loops, ...vector];
  const start: Place = {
    coordinates: count.map(() => 0),
    addresses: nest.streams.map(stream => stream.address),
    width: 1,
  };
  const writer: Writer = { k, numbers, nest, body, shared: shared >= 0 ? shared : vectorAxis };
  if (nest.undivided) emitLevel({ ...writer, shared: -1 }, all, start);
  else if (writer.shared < 0) k.share(k.i32(1), (from, to) => k.loop(from, to, () => emitLevel(writer, all, start)));
  else emitLevel(writer, all, start);
}

interface Loop {
  readonly axis: number;
  readonly spans: readonly Span[];
}

/** `turns` turns of `width` neighbours each, from coordinate `start` on. */
interface Span {
  readonly start: number;
  readonly width: number;
  readonly turns: number;
}

interface Writer {
  readonly k: KernelBuilder;
  readonly numbers: KernelNumbers;
  readonly nest: Nest;
  readonly body: (place: Place) => void;
  /** The axis whose turns the workers divide; -1 where one worker does all. */
  readonly shared: number;
}

function longestStride(nest: Nest, axis: number): number {
  return Math.max(0, ...nest.streams.map(stream => Math.abs(stream.strides[axis])));
}

/** Cuts `count` elements into spans; those without a turn are left out. */
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

function emitLevel(writer: Writer, loops: readonly Loop[], place: Place): void {
  const [loop, ...inner] = loops;
  if (loop === undefined) {
    writer.body(place);
    return;
  }
  for (const span of loop.spans) emitSpan(writer, loop.axis, span, place, here => emitLevel(writer, inner, here));
}

function emitSpan(writer: Writer, axis: number, span: Span, place: Place, body: (place: Place) => void): void {
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
