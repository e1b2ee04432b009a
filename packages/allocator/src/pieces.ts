/**
 * The rectangles of time and addresses that a buffer, or several tied buffers, take. A buffer without gaps is one rectangle. A gap cuts
 * its life, and the window of a gap is a lower rectangle. Of tied buffers that lie over each other, the union is taken.
 */
import type { Buffer } from './problem.ts';

/** A rectangle of time and addresses. */
export interface Piece {
  /** It is live during the half-open range of times `[lower, upper)`. */
  readonly lower: number;
  readonly upper: number;
  /** The addresses `[low, high)`, counted from the offset of its buffer or the base of its block. */
  readonly low: number;
  readonly high: number;
}

/** The pieces of one buffer in ascending order of time, counted from its offset; none for size 0. */
export function piecesOf({ lower, upper, size, gaps = [] }: Buffer): readonly Piece[] {
  if (size === 0) return [];
  const pieces: Piece[] = [];
  let from = lower;
  for (const gap of gaps.toSorted((a, b) => a.lower - b.lower)) {
    if (gap.lower > from) pieces.push({ lower: from, upper: gap.lower, low: 0, high: size });
    const { window } = gap;
    if (window && window.lower < window.upper) {
      pieces.push({ lower: gap.lower, upper: gap.upper, low: window.lower, high: window.upper });
    }
    from = gap.upper;
  }
  if (from < upper) pieces.push({ lower: from, upper, low: 0, high: size });
  return pieces;
}

/** Pieces that take the same addresses at the same times as the given ones, of which no two overlap; each as long in time as it can be. O(n²). */
export function unionOf(pieces: readonly Piece[]): readonly Piece[] {
  const times = [...new Set(pieces.flatMap(({ lower, upper }) => [lower, upper]))].sort((a, b) => a - b);
  const done: Piece[] = [];
  let open: readonly Piece[] = [];
  for (let t = 0; t + 1 < times.length; t++) {
    const now = mergedAt(pieces, times[t], times[t + 1]);
    const goesOn = (piece: Piece) => now.some(other => other.low === piece.low && other.high === piece.high);
    done.push(...open.filter(piece => !goesOn(piece)));
    const before = open;
    open = now.map(piece => {
      const longer = before.find(other => other.low === piece.low && other.high === piece.high);
      return longer ? { ...longer, upper: piece.upper } : piece;
    });
  }
  done.push(...open);
  return done.sort((a, b) => a.lower - b.lower || a.low - b.low);
}

/** The addresses taken from `lower` to `upper`, as few pieces; between these times no piece may start or end. */
function mergedAt(pieces: readonly Piece[], lower: number, upper: number): readonly Piece[] {
  const live = pieces.filter(piece => piece.lower <= lower && piece.upper >= upper).sort((a, b) => a.low - b.low);
  const merged: Piece[] = [];
  for (const { low, high } of live) {
    const last = merged.at(-1);
    if (!last || last.high < low) merged.push({ lower, upper, low, high });
    else if (high > last.high) merged[merged.length - 1] = { ...last, high };
  }
  return merged;
}
