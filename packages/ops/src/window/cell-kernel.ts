/**
 * The gradient of a max pool, cell by cell (see `cells.ts`). In each window that reaches into a cell the elements are compared in order: the
 * first that equals the window's result gets the slope, if it lies in the cell. Everything is unrolled, and each element is read once for
 * all windows.
 */
import type { KernelBuilder, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex, View } from '@tessera-dnn/graph/op';
import type { WindowAxis } from '../define/window.ts';
import { numberOf } from '../plane/plane.ts';
import { storeAlong, storeEnd } from '../plane/store.ts';
import { enoughUnits, shareUnits } from '../plane/units.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../plane/views.ts';
import { type Cells, combinations, isInCell, windowsOver } from './cells.ts';

/**
 * Writes the results in `cells`. The operands are the input of the pool, its result, and the slopes; `windows` has one entry for each
 * spatial axis.
 */
export function cellKernel(k: KernelBuilder, vertex: Vertex, windows: readonly WindowAxis[], cells: Cells): void {
  const { context, box, operands } = vertex;
  const element = numberElement(context.result.element);
  const channels = box.count[1];
  const touch = operands.every(view => view.layout.block === undefined && view.strides[1] === 1);
  const whole = touch && channels >= 4 ? channels - (channels % 4) : 0;
  const writer: CellWriter = {
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

interface CellWriter {
  readonly k: KernelBuilder;
  readonly vertex: Vertex;
  readonly windows: readonly WindowAxis[];
  readonly x: PooledOperand;
  readonly largest: PooledOperand;
  readonly slopes: PooledOperand;
  /** How many elements it is from one cell to the next. */
  readonly strides: readonly Operand[];
  /** The first element of the first cell, counted from the start of the box. */
  readonly start: readonly Operand[];
}

/** An operand: the address of an element in the vertex's first image and channel, and the strides in bytes. */
interface PooledOperand {
  readonly base: KernelValue;
  readonly bytes: readonly Operand[];
}

function memoryOf(k: KernelBuilder, slot: number, { box, operands }: Vertex, first: readonly number[]): PooledOperand {
  const view: View = operands[slot];
  return {
    base: startBytes(k, slot, view, [box.start[0], box.start[1], ...first]),
    bytes: view.strides.map((stride, axis) =>
      axis === 1 && stride === 1 ? bytesOf(view) : k.field(strideBytes(view, axis)),
    ),
  };
}

/** One cell, by its index, and one channel or a vector of them, of which the first `skipped` are done already. */
interface Cell {
  readonly type: KernelType;
  readonly n: Operand;
  readonly channel: Operand;
  readonly at: readonly Operand[];
  readonly skipped: number;
}

function emitCell(writer: CellWriter, cell: Cell): void {
  const { k, vertex, windows, strides, start } = writer;
  const { type, n, channel, at, skipped } = cell;
  const shares = sharesOf(writer, cell);
  const elements = at.map((index, i) => k.add(k.mul(index, strides[i]), start[i]));
  const cursor = vertex.sink.at([n, channel, ...elements]);
  for (const place of combinations(windows.map(({ stride }) => stride))) {
    const offset = place.map((distance, i) => [2 + i, distance] as const);
    const share = shares.get(place.join()) ?? k.constant(type, 0);
    if (skipped > 0) storeEnd(k, { cursor, axis: 1 }, share, skipped, offset);
    else storeAlong(k, { sink: vertex.sink, cursor, axis: 1 }, share, offset);
  }
}

/** The result at each place of a cell. Places that are in no window are missing; their results are 0. */
function sharesOf(
  { k, vertex, windows, x, largest, slopes, strides }: CellWriter,
  { type, n, channel, at }: Cell,
): ReadonlyMap<string, KernelValue> {
  const [input, ...results] = vertex.operands;
  const address = ({ base, bytes }: PooledOperand, place: readonly Operand[]): KernelValue =>
    [n, channel, ...place].reduce<KernelValue>((sum, index, axis) => k.add(sum, k.mul(index, bytes[axis])), base);
  const from = address(
    x,
    at.map((index, i) => k.mul(index, strides[i])),
  );
  const elements = new Map<string, KernelValue>();
  const element = (place: readonly number[]): KernelValue => {
    const key = place.join();
    const value = elements.get(key) ?? k.load(type, distant(k, input, x, from, place));
    elements.set(key, value);
    return value;
  };
  const zero = k.constant(type, 0);
  const shares = new Map<string, KernelValue>();
  for (const { before, taps } of windowsOver(windows)) {
    const back = before.map(count => -count);
    const [result, slope] = [largest, slopes].map((memory, i) =>
      k.load(type, distant(k, results[i], memory, address(memory, at), back)),
    );
    let left = slope;
    taps.forEach((place, tap) => {
      const equal = k.eq(element(place), result);
      if (isInCell(windows, place)) {
        const key = place.join();
        const sum = shares.get(key);
        const share = k.select(equal, left, zero);
        shares.set(key, sum === undefined ? share : k.add(sum, share));
      }
      if (tap < taps.length - 1) left = k.select(equal, zero, left);
    });
  }
  return shares;
}

/** The address of the element so many places from another one, along each spatial axis. */
function distant(
  k: KernelBuilder,
  view: View,
  { bytes }: PooledOperand,
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
