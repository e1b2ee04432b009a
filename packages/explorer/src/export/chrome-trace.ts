/**
 * A program as a trace in the format of Chrome, which Perfetto reads: phases of the chip, what a tile does of them, and the bytes that live on it.
 * A cycle is a microsecond there, as a chip's clock is no part of a plan. The format: "Trace Event Format", Google, 2016.
 */
import { type Explored, type ExploredProgram, numberOf } from '../data/explored.ts';
import { momentsOf } from '../data/moments.ts';
import { phaseFacts } from '../data/phase-facts.ts';
import { valueAt } from '../data/vectors.ts';
import { siteText } from '../view/text.ts';

/** What an event of a trace may be: a stretch of time, a number at a time, or a name. */
export interface TraceEvent {
  readonly ph: 'X' | 'C' | 'M';
  readonly pid: 1;
  readonly tid: number;
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export interface Trace {
  readonly displayTimeUnit: 'ms';
  readonly traceEvents: readonly TraceEvent[];
}

const threads = { chip: 1, tile: 2 } as const;

/** The trace of a program, looked at from one tile. */
export function chromeTrace(explored: Explored, program: ExploredProgram, tile: number): Trace {
  const { memory, phases } = explored;
  const { live } = momentsOf(explored, program, tile);
  const title = `${memory.source}: ${program.name} on ${memory.chip.name}`;
  const events: TraceEvent[] = [
    { ph: 'M', pid: 1, tid: 0, name: 'process_name', args: { name: title } },
    { ph: 'M', pid: 1, tid: threads.chip, name: 'thread_name', args: { name: 'phases' } },
    { ph: 'M', pid: 1, tid: threads.tile, name: 'thread_name', args: { name: `tile ${tile}` } },
  ];
  let ts = 0;
  for (let phase = 0; phase < program.phases; phase++) {
    events.push(...phaseEvents(explored, program, { phase, tile, ts }));
    const name = `bytes on tile ${tile}`;
    events.push({ ph: 'C', pid: 1, tid: threads.tile, name, ts, args: { live: live[phase] } });
    ts += phases.cycles[program.firstPhase + phase];
  }
  return { displayTimeUnit: 'ms', traceEvents: events };
}

interface Moment {
  readonly phase: number;
  readonly tile: number;
  readonly ts: number;
}

/** The phase, the sync behind it, and what the tile does meanwhile. */
function phaseEvents(explored: Explored, program: ExploredProgram, { phase, tile, ts }: Moment): readonly TraceEvent[] {
  const at = program.firstPhase + phase;
  const { name, isExchange, site, cycles, syncCycles, ...facts } = phaseFacts(explored, at);
  const cat = isExchange ? 'exchange' : 'compute';
  const args = { phase: numberOf(program, phase), line: siteText(explored, site), ...facts };
  const [own, busy] = [cycles - syncCycles, valueAt(explored.vectors, explored.phases.busy[at], tile)];
  const slice = { ph: 'X', pid: 1 } as const;
  return [
    { ...slice, tid: threads.chip, name, cat, ts, dur: own, args },
    { ...slice, tid: threads.chip, name: 'sync', cat: 'sync', ts: ts + own, dur: syncCycles, args: {} },
    ...(busy > 0 ? [{ ...slice, tid: threads.tile, name, cat, ts, dur: busy, args: {} }] : []),
  ];
}
