/** What is said of one phase. */
import type { Explored } from './explored.ts';
import { extent } from './vectors.ts';

export interface PhaseFacts {
  readonly name: string;
  readonly isExchange: boolean;
  readonly site: number;
  /** Together: what the slowest tile takes, and the sync behind it. */
  readonly cycles: number;
  readonly syncCycles: number;
  readonly slowestTile: number;
  /** Over all tiles, idle ones too. */
  readonly meanCycles: number;
  /** How many times as long as the mean the slowest tile takes: 1 where all are busy alike. 0 where there is nothing to do. */
  readonly imbalance: number;
  /** Bytes that tiles receive; 0 for a phase that computes. */
  readonly movedBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly multiplyAdds: number;
}

/** The facts of a phase, counted over all programs. */
export function phaseFacts({ phases, vectors, memory }: Explored, phase: number): PhaseFacts {
  const { most, tile, sum } = extent(vectors, phases.busy[phase]);
  const meanCycles = sum / memory.chip.tiles;
  return {
    name: phases.names[phase],
    isExchange: phases.exchanges[phase] === 1,
    site: phases.sites[phase],
    cycles: phases.cycles[phase],
    syncCycles: phases.cycles[phase] - most,
    slowestTile: tile,
    meanCycles,
    imbalance: meanCycles === 0 ? 0 : most / meanCycles,
    movedBytes: extent(vectors, phases.received[phase]).sum,
    readBytes: phases.readBytes[phase],
    writtenBytes: phases.writtenBytes[phase],
    multiplyAdds: phases.multiplyAdds[phase],
  };
}
