/**
 * The gradient of a max pool whose windows do not overlap, window by window: its elements are looked through in order, the first that
 * equals the window's result takes the slope, all others and those between windows get zero. Every element is read once.
 *
 * A window and the elements up to the next one make a *cell*. Only cells that lie in the vertex's box are taken here; `around` is what
 * is left of the box.
 */
import type { Box, KernelBuilder, KernelType, KernelValue, Operand, Vertex, View } from '@tessera/graph';
import { vectorOf } from '@tessera/graph';
import type { WindowAxis } from '../define/window.ts';
import { numberOf } from '../plane/plane.ts';
import { storeAlong, storeEnd } from '../plane/store.ts';
import { enoughUnits, shareUnits } from '../plane/units.ts';
import { registerType, startBytes, strideBytes } from '../plane/views.ts';

/** More elements in a cell are not worth their code. */
const mostElements = 16;

/** Cells that lie in a box: per spatial axis the first window and how many there are. */
export interface Cells {
  readonly first: readonly number[];
  readonly count: readonly number[];
}

/** Undefined where windows overlap, are large, or none lies whole in the box. */
export function cellsInside({ box, context }: Vertex, windows: readonly WindowAxis[]): Cells | undefined {
  const elements = windows.reduce((product, { stride }) => product * stride, 1);
  if (elements > mostElements || windows.some(({ taps, stride }) => taps > stride)) return undefined;
  const first = windows.map(({ stride, low }, i) => Math.ceil((box.start[2 + i] + low) / stride));
  const count = windows.map(({ stride, low }, i) => {
    const end = Math.floor((box.start[2 + i] + box.count[2 + i] + low) / stride);
    return Math.min(end, context.operands[1].shape[2 + i]) - first[i];
  });
  return count.every(cells => cells > 0) ? { first, count } : undefined;
}

/** The parts of the box outside the cells: before and behind them along each axis, the axes before that one no longer whole. */
export function around({ box }: Vertex, windows: readonly WindowAxis[], cells: Cells | undefined): readonly Box[] {
  if (cells === undefined) return [box];
  const start = [...box.start];
  const count = [...box.count];
  return windows.flatMap(({ stride, low }, i) => {
    const axis = 2 + i;
    const [from, end] = [start[axis], start[axis] + count[axis]];
    const inner = cells.first[i] * stride - low;
    const behind = inner + cells.count[i] * stride;
    const part = (at: number, length: number): readonly Box[] =>
      length === 0 ? [] : [{ start: start.with(axis, at), count: count.with(axis, length), step: box.step }];
    const parts = [...part(from, inner - from), ...part(behind, end - behind)];
    start[axis] = inner;
    count[axis] = behind - inner;
    return parts;
  });
}

/** Operands: the pool's input, its result, the slopes. */
export function cellKernel(k: KernelBuilder, vertex: Vertex, windows: readonly WindowAxis[], cells: Cells): void {
  const { context, box, operands } = vertex;
  const element = registerType(context.result.element);
  const channels = box.count[1];
  const touch = operands.every(view => view.layout.block === undefined && view.strides[1] === 1);
  const whole = touch && channels >= 4 ? channels - (channels % 4) : 0;
  const writer: Writer = {
    k,
    vertex,
    windows,
    x: memoryOf(k, 0, vertex, firstElements(windows, cells)),
    largest: memoryOf(k, 1, vertex, cells.first),
    slopes: memoryOf(k, 2, vertex, cells.first),
    strides: windows.map(({ stride }) => numberOf(k, stride)),
    start: firstElements(windows, cells).map((first, i) => numberOf(k, first - box.start[2 + i])),
  };
  const counts = cells.count.map(count => numberOf(k, count));
  const last = counts.length - 1;
  const line = (n: Operand, outer: readonly Operand[], from: Operand, to: Operand): void => {
    k.loop(from, to, index => {
      const at = [...outer, index];
      const vectors = { type: vectorOf(element), skipped: 0 };
      if (whole > 0) k.loop(0, numberOf(k, whole), channel => emitCell(writer, { ...vectors, n, channel, at }), 4);
      if (whole === channels) return;
      if (whole > 0)
        emitCell(writer, { ...vectors, n, channel: numberOf(k, channels - 4), at, skipped: 4 - (channels % 4) });
      else k.loop(0, numberOf(k, channels), channel => emitCell(writer, { type: element, skipped: 0, n, channel, at }));
    });
  };
  const lines = cells.count.slice(0, last).reduce((product, count) => product * count, box.count[0]);
  const batch = numberOf(k, box.count[0]);
  if (lines >= enoughUnits) {
    shareUnits(k, [batch, ...counts.slice(0, last)], ([n, ...outer]) => line(n, outer, 0, counts[last]));
  } else {
    shareUnits(k, [batch, ...counts], ([n, ...at]) => line(n, at.slice(0, last), at[last], k.add(at[last], 1)));
  }
}

function firstElements(windows: readonly WindowAxis[], { first }: Cells): readonly number[] {
  return windows.map(({ stride, low }, i) => first[i] * stride - low);
}

interface Writer {
  readonly k: KernelBuilder;
  readonly vertex: Vertex;
  readonly windows: readonly WindowAxis[];
  readonly x: Memory;
  readonly largest: Memory;
  readonly slopes: Memory;
  /** Elements from cell to cell. */
  readonly strides: readonly Operand[];
  /** Of the first cell, from the box on. */
  readonly start: readonly Operand[];
}

/** An operand from a first place of the vertex's first image and channel on. */
interface Memory {
  readonly base: KernelValue;
  readonly bytes: readonly Operand[];
}

function memoryOf(k: KernelBuilder, slot: number, { box, operands }: Vertex, first: readonly number[]): Memory {
  const view: View = operands[slot];
  return {
    base: startBytes(k, slot, view, [box.start[0], box.start[1], ...first]),
    bytes: view.strides.map((stride, axis) => (axis === 1 && stride === 1 ? 4 : k.field(strideBytes(view, axis)))),
  };
}

/** One window: `at` counts cells; of a vector the first `skipped` channels have been dealt with. */
interface Cell {
  readonly type: KernelType;
  readonly n: Operand;
  readonly channel: Operand;
  readonly at: readonly Operand[];
  readonly skipped: number;
}

function emitCell(writer: Writer, { type, n, channel, at, skipped }: Cell): void {
  const { k, vertex, windows, x, largest, slopes, strides, start } = writer;
  const address = ({ base, bytes }: Memory, place: readonly Operand[]): KernelValue =>
    [n, channel, ...place].reduce<KernelValue>((sum, index, axis) => k.add(sum, k.mul(index, bytes[axis])), base);
  const elements = at.map((index, i) => k.mul(index, strides[i]));
  const result = k.load(type, address(largest, at));
  const zero = k.constant(type, 0);
  const left = k.cell(k.load(type, address(slopes, at)));
  const from = address(x, elements);
  const cursor = vertex.sink.at([n, channel, ...elements.map((element, i) => k.add(element, start[i]))]);
  forEachPlace(windows, place => {
    const offset = place.map((distance, i) => [2 + i, distance] as const);
    let share = zero;
    if (place.every((distance, i) => distance < windows[i].taps)) {
      const equal = k.eq(k.load(type, distant(k, vertex.operands[0], x, from, place)), result);
      share = k.select(equal, k.get(left), zero);
      k.set(left, k.select(equal, zero, k.get(left)));
    }
    if (skipped > 0) storeEnd(k, cursor, 1, share, skipped, offset);
    else storeAlong(k, vertex.sink, cursor, 1, share, offset);
  });
}

/** The places of a cell, the last axis fastest. */
function forEachPlace(windows: readonly WindowAxis[], visit: (place: readonly number[]) => void): void {
  const nest = (place: readonly number[]): void => {
    if (place.length === windows.length) visit(place);
    else for (let at = 0; at < windows[place.length].stride; at++) nest([...place, at]);
  };
  nest([]);
}

function distant(
  k: KernelBuilder,
  view: View,
  { bytes }: Memory,
  from: KernelValue,
  place: readonly number[],
): KernelValue {
  if (k.specialised) {
    const distance = place.reduce((sum, count, i) => sum + count * strideBytes(view, 2 + i), 0);
    return k.add(from, distance);
  }
  return place.reduce<KernelValue>(
    (sum, count, i) => (count === 0 ? sum : k.add(sum, k.mul(bytes[2 + i], count))),
    from,
  );
}
