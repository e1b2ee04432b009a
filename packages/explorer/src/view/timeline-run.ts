/** What a run adds to the chart of phases: how long each took on this machine, beside what is modelled, and how far the run has come. */
import type uPlot from 'uplot';
import type { PhaseFacts } from '../data/phase-facts.ts';
import type { Palette } from './colours.ts';
import type { Choice, Ran } from './state.ts';
import { millisecondsText } from './text.ts';

/** The phases of the chart, and where they begin and end on it. */
interface Phases {
  readonly facts: readonly PhaseFacts[];
  readonly starts: Float64Array;
}

/**
 * Time as cycles, NaN where a phase was not run: all that were run together as many as are modelled for them. Machine and chip have nothing in common but the part of the whole
 * that a phase takes.
 */
export function measuredCycles(facts: readonly Pick<PhaseFacts, 'cycles'>[], ran: Ran | undefined): Float64Array {
  const taken = ran?.milliseconds ?? new Float64Array();
  let [modelled, milliseconds] = [0, 0];
  facts.forEach(({ cycles }, phase) => {
    if (!(taken[phase] >= 0)) return;
    modelled += cycles;
    milliseconds += taken[phase];
  });
  return milliseconds === 0 ? new Float64Array() : taken.map(each => (each * modelled) / milliseconds);
}

/** The most of these among the phases that are seen; 0 where there are none. */
export function mostMeasured(facts: readonly PhaseFacts[], starts: Float64Array, { ran, from, to }: Choice): number {
  return measuredCycles(facts, ran).reduce(
    (most, cycles, phase) => (starts[phase + 1] > from && starts[phase] < to && cycles > most ? cycles : most),
    0,
  );
}

/** A line in the tooltip of a phase; empty where it was not run. */
export function measuredText(ran: Ran | undefined, phase: number): string {
  const taken = ran?.milliseconds[phase] ?? Number.NaN;
  return Number.isNaN(taken) ? '' : `measured here: ${millisecondsText(taken)}`;
}

/** A line over each phase as high as what was measured, and one across where the run stands. */
export function markRun(
  { ctx, bbox, valToPos }: uPlot,
  { ran }: Choice,
  { facts, starts }: Phases,
  { text, accent }: Palette,
): void {
  if (!ran) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = text;
  measuredCycles(facts, ran).forEach((cycles, phase) => {
    if (Number.isNaN(cycles) || phase + 1 >= starts.length) return;
    const [x, end] = [starts[phase], starts[phase + 1]].map(place => valToPos(place, 'x', true));
    ctx.fillRect(x, valToPos(cycles, 'y', true) - 1, Math.max(2, end - x), 2);
  });
  ctx.fillStyle = accent;
  ctx.fillRect(valToPos(starts[Math.min(ran.done, starts.length - 1)], 'x', true) - 1, bbox.top, 3, bbox.height);
  ctx.restore();
}
