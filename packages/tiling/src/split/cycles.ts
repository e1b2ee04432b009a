/** Modelled cycles: counted instructions weighed with the chip's table, and the time of an exchange. */
import type { KernelCounts } from '@tessera-dnn/graph/kernel';
import { type ChipSpec, cyclesOf } from '@tessera-dnn/machine';

/** Startup of an exchange between tiles, beside the sync (numbers of the presets' architecture: 20 to 100 cycles). */
export const exchangeLatencyCycles = 60;

/**
 * Cycles of a tile for a kernel whose busiest worker runs `counts`. The table's costs are the tile's, which issues from its workers in
 * turn: a worker gets every `workers`-th cycle, whether or not the others have anything to do. Workers of a specialised chip are cores,
 * which run side by side.
 */
export function kernelCycles(counts: KernelCounts, { cycles: table, specialise }: ChipSpec, workers: number): number {
  let cycles = 0;
  for (const [name, count] of Object.entries(counts)) cycles += count * cyclesOf(table, name as keyof KernelCounts);
  return table.vertex + cycles * (specialise ? 1 : workers);
}

/** An exchange phase in which no tile receives or sends more than `bytes`. */
export function exchangeCycles(bytes: number, chip: ChipSpec): number {
  return Math.ceil(bytes / chip.exchangeBytesPerCycle) + exchangeLatencyCycles + chip.syncCycles;
}
