/** How the channels of a weights' gradient are cut into register tiles. */
import { type Columns, cutLine } from '../../plane/cut.ts';

/** Four neighbouring output channels from channel `at` of the tile on; of the first `skipped` another vector takes care. */
export interface ChannelVector {
  readonly at: number;
  readonly skipped: number;
}

/** `turns` tiles of `width` channels each, from channel `start` on; without vectors it is one channel. */
export interface OutputSpan {
  readonly start: number;
  readonly width: number;
  readonly turns: number;
  readonly vectors: readonly ChannelVector[];
}

/** Two vectors to a tile. What is left behind whole vectors is the end of one more vector, as far as there are so many channels. */
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

/** `turns` tiles of `width` input channels, or of taps, from `start` on. */
export interface InputSpan {
  readonly start: number;
  readonly width: number;
  readonly turns: number;
}

/**
 * Cuts `count` inputs that each meet `vectors` vectors of outputs, as a plane's pixels are cut. At most `widest` to a tile.
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

/** Taps of the last axis that share a tile where there are few input channels, so that enough sums are under way. */
export function widestTaps(inputs: number): number {
  return inputs >= 4 ? 1 : Math.floor(6 / inputs);
}
