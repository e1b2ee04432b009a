/**
 * In how many chunks the work of each phase is given out to the threads of an artifact.
 *
 * Before: a tiled program. After: a number per phase, 1 where it does not pay to divide it, 0 where it must not be. It depends on the program and
 * the chip only, never on the machine that compiles; who takes which chunk is decided while it runs, and changes no bit.
 *
 * A phase that is over before a second thread has noticed it stays whole, and so does a run of such phases, without a barrier between them. A program
 * that is over before a thread has woken up stays whole altogether. Chunks are several for each thread, since threads begin late, are interrupted
 * and run on cores of different speed, but no smaller than what pays for asking for one.
 */
import { type ChipSpec, chunkPerThread, mostChunks } from '@tessera-dnn/machine';
import type { Phase, TiledProgram, TileProgram } from '../program.ts';

/** What threads divide: what pays, or (to find out whether it may) everything that they can. */
export type Divide = 'what-pays' | 'everything';

/** For how many threads, and what these divide. */
export interface ThreadOptions {
  readonly count: number;
  readonly divide: Divide;
  /** Results of phases that they could divide may be written behind their reads all the same; then these phases stay whole. */
  readonly keepOrder?: boolean;
}

/** A phase of less modelled work is not given out: another thread notices it after a few tenths of a microsecond. */
const leastPhaseSeconds = 6e-6;

/** The same for a vertex with scratch memory, of whose work every thread does a part anew. */
const leastScratchSeconds = 20e-6;

/** A program with less to divide is not divided: to wake a thread costs 10 µs, and it comes 50 µs later. */
const leastProgramSeconds = 80e-6;

/** A chunk is no smaller: to ask for one and to begin a codelet takes about a twentieth of it. */
const leastChunkSeconds = 2e-6;

/** So many chunks for each thread: the last to finish is late by one of them at most. */
const chunksPerThread = 4;

/** How fast the instructions of chips are that this machine only plays: about one a cycle of its own. */
const playedHz = 3e9;

/** The chunks of every phase, in the numbering of all programs. */
export function chunksOf(program: TileProgram, chip: ChipSpec, options: ThreadOptions): Uint8Array {
  const chunks = new Uint8Array(program.phases.length);
  for (const run of [program.prepare, ...program.programs])
    chunks.set(chunksOfRun(run, program, chip, options), run.firstPhase);
  return chunks;
}

/** Whether threads are of any use to the programs. */
export function paysToDivide(program: TileProgram, chip: ChipSpec, options: ThreadOptions): boolean {
  return options.count > 1 && chunksOf(program, chip, options).some(chunks => chunks > 1);
}

function chunksOfRun(
  run: TiledProgram,
  program: TileProgram,
  chip: ChipSpec,
  { count, divide }: ThreadOptions,
): number[] {
  const phases = program.phases.slice(run.firstPhase, run.firstPhase + run.phases);
  const most = Math.min(mostChunks, chunksPerThread * count);
  const own = phases.map(phase => chip.tiles * chip.workers === 1 && hasScratch(phase));
  if (divide === 'everything') return own.map(hasOwn => (hasOwn ? chunkPerThread : most));
  const seconds = phases.map(phase => secondsOf(phase, program, chip));
  const divided = seconds.map((time, i) => time >= (own[i] ? leastScratchSeconds : leastPhaseSeconds));
  const dividedSeconds = seconds.reduce((sum, time, i) => sum + (divided[i] ? time : 0), 0);
  if (dividedSeconds < leastProgramSeconds) return phases.map(() => 1);
  return seconds.map((time, i) => {
    if (!divided[i]) return 1;
    return own[i] ? chunkPerThread : Math.max(1, Math.min(most, Math.floor(time / leastChunkSeconds)));
  });
}

/** Threads that divide such a vertex have scratch memory each, and fill it each. */
function hasScratch(phase: Phase): boolean {
  return phase.kind === 'compute' && phase.scratch !== undefined;
}

/** Modelled time of all that the phase does, on all tiles, for one thread. */
function secondsOf(phase: Phase, { classes }: TileProgram, { specialise, clockHz }: ChipSpec): number {
  let cycles = 0;
  if (phase.kind === 'compute') {
    for (const id of phase.classOf) if (id >= 0) cycles += classes[id].cycles;
  } else {
    for (let i = 0; i < phase.copies.count; i++) cycles += classes[phase.copies.class(i)].cycles;
  }
  return cycles / (specialise ? clockHz : playedHz);
}
