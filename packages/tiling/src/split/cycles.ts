/** Modelled cycles: counted instructions weighed with the chip's table, and the time of an exchange. */
import type { KernelCounts } from '@tessera/graph';
import type { ChipSpec, CycleTable } from '@tessera/machine';

/** Startup of an exchange between tiles, beside the sync (numbers of the presets' architecture: 20 to 100 cycles). */
export const exchangeLatencyCycles = 60;

export function kernelCycles(counts: KernelCounts, table: CycleTable): number {
  let cycles = table.vertex;
  for (const [name, count] of Object.entries(counts)) cycles += count * table[name as keyof KernelCounts];
  return cycles;
}

/** An exchange phase in which no tile receives or sends more than `bytes`. */
export function exchangeCycles(bytes: number, chip: ChipSpec): number {
  return Math.ceil(bytes / chip.exchangeBytesPerCycle) + exchangeLatencyCycles + chip.syncCycles;
}
