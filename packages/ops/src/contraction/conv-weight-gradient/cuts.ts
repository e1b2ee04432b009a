/** Cuts the channels of `conv_weight_gradient` into register tiles. */
import { type Columns, cutLine } from '../../plane/cut.ts';

/**
 * Four neighbouring output channels, beginning with channel `at` of the tile; the first `skipped` of them are computed by another vector as
 * well and not stored.
 */
export interface ChannelVector {
  readonly at: number;
  readonly skipped: number;
}

/** `turns` tiles of `width` channels each, beginning with channel `start`. Without vectors a tile is a single channel. */
export interface OutputSpan {
  readonly start: number;
  readonly width: number;
  readonly turns: number;
  readonly vectors: readonly ChannelVector[];
}

/**
 * Cuts `count` output channels into tiles of two vectors. If the channels that are left do not fill a vector, they are the end of one that
 * overlaps the one before; with fewer than four channels in all they are single.
 */
export function outputSpans(count: number): readonly OutputSpan[] {
  const rest = count % 8;
  const first = count - rest;
  const spans: OutputSpan[] = [];
  const whole = { at: 0, skipped: 0 };
  if (first > 0) spans.push({ start: 0, width: 8, turns: first / 8, vectors: [whole, { at: 4, skipped: 0 }] });
  if (rest === 0) return spans;
  if (rest >= 4) {
    const end = { at: rest - 4, skipped: 8 - rest };
    spans.push({ start: first, width: rest, turns: 1, vectors: rest === 4 ? [whole] : [whole, end] });
  } else if (first > 0) {
    spans.push({ start: count - 4, width: 4, turns: 1, vectors: [{ at: 0, skipped: 4 - rest }] });
  } else {
    spans.push({ start: 0, width: 1, turns: rest, vectors: [] });
  }
  return spans;
}

/** `turns` tiles of `width` input channels or taps each, beginning with `start`. */
export interface InputSpan {
  readonly start: number;
  readonly width: number;
  readonly turns: number;
}

/**
 * Cuts `count` input channels or taps into tiles of at most `widest`, each with `vectors` vectors of output channels, just as the pixels of
 * a plane are cut.
 */
export function inputSpans(count: number, vectors: number, fused: boolean, widest: number): readonly InputSpan[] {
  const columns: Columns = { blocks: 1, vectors: Math.max(1, vectors), joint: true, fused };
  let start = 0;
  return cutLine(count, columns, widest).map(({ width, tiles }) => {
    const span = { start, width, turns: tiles };
    start += width * tiles;
    return span;
  });
}

/** How many taps of the last axis a tile has if there are few input channels, so that enough sums are added up at a time. */
export function widestTaps(inputs: number): number {
  return inputs >= 4 ? 1 : Math.floor(6 / inputs);
}
