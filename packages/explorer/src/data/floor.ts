/** What the colours of the floor plan say: a number for every tile. */
import { busyCycles, bytesByTile, rootsOfSite } from './boxes.ts';
import { type Explored, type ExploredProgram, none, numberOf } from './explored.ts';
import { bytesInPhase } from './moments.ts';

export interface Floor {
  readonly title: string;
  readonly byTile: Float64Array;
  readonly unit: 'bytes' | 'cycles' | 'share';
  /** Whether 0 means that the tile has nothing to do with it. */
  readonly isPart: boolean;
}

/** What is chosen of a program; a phase counts from the program's first. */
export interface FloorChoice {
  readonly program: ExploredProgram;
  readonly phase: number;
  readonly buffer: number;
  readonly site: number;
}

/** Bytes: of the tensor or the line that is chosen, in the phase that is, or else what tiles use when they are fullest. */
export function bytesFloor(explored: Explored, { program, phase, buffer, site }: FloorChoice): Floor {
  const { buffers, memory } = explored;
  const part = { unit: 'bytes', isPart: true } as const;
  if (buffer !== none)
    return { ...part, title: `bytes of ${buffers.names[buffer]}`, byTile: bytesByTile(explored, [buffer]) };
  if (site !== none)
    return {
      ...part,
      title: `bytes of line ${explored.sites[site].line}, all of its tensors`,
      byTile: bytesByTile(explored, rootsOfSite(explored, site)),
    };
  const all = { unit: 'bytes', isPart: false } as const;
  if (phase !== none)
    return {
      ...all,
      title: `bytes used in phase ${numberOf(program, phase)}`,
      byTile: bytesInPhase(explored, program.firstPhase + phase),
    };
  const used = Float64Array.from(memory.tiles, ({ usedBytes }) => usedBytes);
  return { ...all, title: 'bytes used at each tile’s fullest moment', byTile: used };
}

/** Cycles in which tiles are busy, or the share of the time in which they are idle: in a phase, or over the program. */
export function timeFloor(explored: Explored, { program, phase }: FloorChoice, colouring: 'cycles' | 'idle'): Floor {
  const { firstPhase, phases } = program;
  const [first, last] =
    phase === none ? [firstPhase, firstPhase + phases - 1] : [firstPhase + phase, firstPhase + phase];
  const when = phase === none ? `in all of ${program.name}` : `in phase ${numberOf(program, phase)}`;
  const { byTile, all } = busyCycles(explored, first, last);
  if (colouring === 'cycles')
    return { title: `cycles of work ${when}`, byTile, unit: 'cycles', isPart: phase !== none };
  const idle = byTile.map(busy => (all === 0 ? 0 : (all - busy) / all));
  return { title: `idle time ${when}`, byTile: idle, unit: 'share', isPart: false };
}
