/**
 * In how many chunks the work of each phase is given out to the threads of an artifact.
 *
 * Before: a placed program. After: a number per phase, 1 where it does not pay to divide it, 0 where it must not be. It depends on the plan only, never on the machine that
 * compiles, and the number of threads that take part in a run decides nothing but who takes which chunk.
 *
 * A phase that is over before a second thread has noticed it stays whole, and so does a run of such phases, without a barrier between them. Chunks are
 * several for each thread, since threads begin late, are interrupted and run on cores of different speed, but no smaller than what pays for
 * asking for one.
 */
import { type ChipSpec, mostChunks } from '@tessera-dnn/machine';
import type { Placement } from '../place/place.ts';
import type { Phase, TileProgram } from '../program.ts';

/** A phase of less modelled work is not given out: another thread notices it after a few tenths of a microsecond. */
const leastPhaseSeconds = 6e-6;

/** A chunk is no smaller: to ask for one and to begin a codelet takes about a twentieth of it. */
const leastChunkSeconds = 2e-6;

/** So many chunks for each thread: the last to finish is late by one of them at most. */
const chunksPerThread = 4;

/** How fast instructions are of chips that this machine only plays: about one a cycle of its own. */
const playedHz = 3e9;

/** The chunks of every phase, in the global numbering, for so many threads. */
export function chunksOf(program: TileProgram, placement: Placement, chip: ChipSpec, threads: number): Uint8Array {
  const inOrder = new Set(placement.ties.map(({ phase }) => phase));
  const most = Math.min(mostChunks, chunksPerThread * threads);
  const hz = chip.specialise ? chip.clockHz : playedHz;
  return Uint8Array.from(program.phases, (phase, index) => {
    if (inOrder.has(index) || hasScratch(phase)) return 0;
    const seconds = phaseCycles(phase, program) / hz;
    if (seconds < leastPhaseSeconds) return 1;
    return Math.max(1, Math.min(most, Math.floor(seconds / leastChunkSeconds)));
  });
}

/** Scratch memory is one vertex's own: threads that divide the vertex cannot share it. */
function hasScratch(phase: Phase): boolean {
  return phase.kind === 'compute' && phase.scratch !== undefined;
}

/** Modelled cycles of all that the phase does, on all tiles. */
function phaseCycles(phase: Phase, { classes }: TileProgram): number {
  let cycles = 0;
  if (phase.kind === 'compute') {
    for (const id of phase.classOf) if (id >= 0) cycles += classes[id].cycles;
  } else {
    for (let i = 0; i < phase.copies.count; i++) cycles += classes[phase.copies.class(i)].cycles;
  }
  return cycles;
}
