/**
 * Reshapes as loops. The row-major order of both shapes is one numbering of the elements; a loop is good for both where each of them
 * walks a single axis.
 *
 * 1. The axes fall apart into groups of equal products: `[2, 12, 5]` to `[6, 4, 5]` is `[2, 12]` to `[6, 4]` and `[5]` to `[5]`.
 * 2. In a group, count the elements below every cut between axes, in both shapes: 12 and 4 here. Where these numbers divide one
 *    another, they are the strides of a mixed radix system which refines both shapes: 24 = 2·3·4, and one move has a loop per digit.
 * 3. Where they do not (`[6, 4]` to `[8, 3]`: 4 and 3), the pattern repeats after their least common multiple, P = 12. Within
 *    P, every run that is cut neither by 4 nor by 3 is a move of its own; above P loops go on as before.
 */
import { InternalError } from '@tessera/diagnostics';
import type { Move, MoveLoop } from '@tessera/graph';
import { isLoop, loop } from './affine.ts';

/** A move of one group: where it starts in the axes of both sides, and its loops. */
interface Piece {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly loops: readonly MoveLoop[];
}

/** Moves that carry every element of operand 0, of shape `from`, to the element of the same number in `to`. */
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

/** Axes of both sides with equal products of extents. */
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

/** One axis of a group: the elements of one step along it, and of the whole of it. */
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

/** The smallest number that all smaller cuts divide and from which on every cut divides the next; 1 where they all do. */
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

/** The elements below `period`, cut where either side's innermost axis begins anew. */
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

/** The loop over elements `low`, 2·`low`, … below `high`, which on both sides stay within one axis. */
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
