/**
 * Draws indices as people write them: single indices, slices that count from either end and may have steps, and dots for the axes in
 * between.
 */
import type { Pick } from '@tessera-dnn/ops';
import { indexing } from '../describe/program.ts';
import type { Sketch } from './sketch.ts';

export function drawIndexing(sketch: Sketch): string | undefined {
  const { pick } = sketch;
  const value = sketch.some(({ shape }) => shape.length > 0);
  if (value === undefined) return undefined;
  const { shape } = sketch.typeOf(value);
  const count = pick.int(1, shape.length);
  const fromEnd = pick.chance(0.3);
  const axes = fromEnd ? shape.slice(-count) : shape.slice(0, count);
  const parts = axes.map(extent => partOf(pick, extent));
  return sketch.call(indexing, [value], { index: [...(fromEnd ? ['..'] : []), ...parts].join(', ') });
}

function partOf(pick: Pick, extent: number): string {
  const kind = pick.real();
  if (kind < 0.25) return ':';
  if (kind < 0.45) return String(pick.int(-extent, extent - 1));
  const from = pick.int(0, extent - 1);
  const to = pick.int(from + 1, extent);
  const step = pick.chance(0.35) ? `:${pick.int(1, 3)}` : '';
  return `${from === 0 && pick.chance() ? '' : from}:${to === extent && pick.chance() ? '' : to}${step}`;
}
