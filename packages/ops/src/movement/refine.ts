/**
 * A reshape as moves, which are made of loops. Row-major order numbers the elements of both shapes alike. A loop over numbers can be part
 * of a move if it walks along a single axis in each of the two shapes.
 *
 * 1. Axes are divided into groups with equal products: `[2, 12, 5]` to `[6, 4, 5]` is `[2, 12]` to `[6, 4]` and `[5]` to `[5]`.
 * 2. In each group, take the strides of the axes of both shapes: 12 and 4 in the first. If each divides the next, the elements have digits
 *    in a mixed radix system that refines both shapes (24 = 2·3·4), and one move with a loop for each digit does it.
 * 3. If not (`[6, 4]` to `[8, 3]` has 4 and 3), the pattern repeats after their least common multiple, P = 12. Within P, each run of
 *    elements that crosses no multiple of 4 or 3 is a move of its own; above P there are loops as before.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Move, MoveLoop } from '@tessera-dnn/graph/op';
import { isLoop, loop } from './affine.ts';

/** The part of a move that belongs to one group of axes: its start in both shapes (0 on axes of other groups), and its loops. */
interface Piece {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly loops: readonly MoveLoop[];
}

/** The moves that copy each element of operand 0, of shape `from`, to the element with the same row-major number in shape `to`. */
export function reshapeMoves(from: readonly number[], to: readonly number[]): readonly Move[] {
  let pieces: readonly Piece[] = [{ from: from.map(() => 0), to: to.map(() => 0), loops: [] }];
  for (const group of groups(from, to)) {
    const own = groupPieces(from, to, group);
    pieces = pieces.flatMap(piece => own.map(other => joined(piece, other)));
  }
  return pieces.map(piece => ({ source: { operand: 0, start: piece.from }, to: piece.to, loops: piece.loops }));
}

function joined(a: Piece, b: Piece): Piece {
  return {
    from: a.from.map((start, axis) => start + b.from[axis]),
    to: a.to.map((start, axis) => start + b.to[axis]),
    loops: [...a.loops, ...b.loops],
  };
}

/** Axes of both shapes whose extents have equal products. */
interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function groups(from: readonly number[], to: readonly number[]): readonly Group[] {
  const result: Group[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const group = { from: [] as number[], to: [] as number[] };
    let [a, b] = [1, 1];
    do {
      if (j >= to.length || (i < from.length && a <= b)) {
        a *= from[i];
        group.from.push(i++);
      } else {
        b *= to[j];
        group.to.push(j++);
      }
    } while (a !== b);
    result.push(group);
  }
  return result;
}

/** One axis of a group: how many elements one step along it passes (`low`), and how many the whole axis (`high`). */
interface Digit {
  readonly axis: number;
  readonly low: number;
  readonly high: number;
}

/** The axes of a group, innermost first, without those of extent 1. */
function digitsOf(shape: readonly number[], axes: readonly number[]): readonly Digit[] {
  let low = 1;
  const digits = [...axes].reverse().map(axis => {
    const digit = { axis, low, high: low * shape[axis] };
    low = digit.high;
    return digit;
  });
  return digits.filter(({ low, high }) => high > low);
}

function groupPieces(from: readonly number[], to: readonly number[], group: Group): readonly Piece[] {
  const source = digitsOf(from, group.from);
  const target = digitsOf(to, group.to);
  const cuts = [...new Set([1, ...source.map(({ high }) => high), ...target.map(({ high }) => high)])].sort(
    (a, b) => a - b,
  );
  const period = periodOf(cuts);
  const chain = [period, ...cuts.filter(cut => cut > period)];
  const outer = chain.slice(1).map((high, i) => digitLoop(source, target, chain[i], high));
  return runs(source, target, period).map(({ start, length }) => ({
    from: coordinates(from, source, start),
    to: coordinates(to, target, start),
    loops: [...[...outer].reverse(), digitLoop(source, target, 1, length)].filter(isLoop),
  }));
}

/**
 * The smallest period P: all cuts below P divide it, and of P and the cuts above it each divides the next. It is 1 if each cut divides the
 * next.
 */
function periodOf(cuts: readonly number[]): number {
  let period = 1;
  for (;;) {
    const smaller = cuts.find(cut => cut < period && period % cut !== 0);
    const chain = [period, ...cuts.filter(cut => cut > period)];
    const broken = chain.find((cut, i) => i > 0 && cut % chain[i - 1] !== 0);
    const misfit = smaller ?? broken;
    if (misfit === undefined) return period;
    period = cuts.filter(cut => cut <= misfit).reduce(leastCommonMultiple, period);
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** The elements below `period` in runs, cut wherever the innermost axis of either shape begins again. */
function runs(
  source: readonly Digit[],
  target: readonly Digit[],
  period: number,
): readonly { readonly start: number; readonly length: number }[] {
  const starts = new Set([0]);
  for (const { high } of period === 1 ? [] : [source[0], target[0]]) {
    for (let start = high; start < period; start += high) starts.add(start);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, i) => ({ start, length: (sorted[i + 1] ?? period) - start }));
}

/** The loop over the elements 0, `low`, 2·`low`, … below `high`, which stay within one axis of both shapes. */
function digitLoop(
  source: readonly Digit[],
  target: readonly Digit[],
  low: number,
  high: number,
): MoveLoop | undefined {
  return high === low ? undefined : loop(high / low, stepOf(source, low), stepOf(target, low));
}

function stepOf(digits: readonly Digit[], low: number): MoveLoop['to'] {
  const digit = digits.find(own => own.low <= low && low < own.high);
  if (digit === undefined) throw new InternalError('reshape', `no axis has elements ${low} apart`);
  return { axis: digit.axis, step: low / digit.low };
}

function coordinates(shape: readonly number[], digits: readonly Digit[], element: number): readonly number[] {
  const result = shape.map(() => 0);
  for (const { axis, low, high } of digits) result[axis] = Math.floor((element % high) / low);
  return result;
}
