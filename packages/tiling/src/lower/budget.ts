/** What a split may take of a tile's memory, and what it pays for it. */
import { tensorBytes } from '@tessera/graph';
import type { Lowering } from './lowering.ts';

/** SRAM one op's regions and results may take on a tile: what variables leave, with room for other live values, code and tables. */
export function budgetBytes(lowering: Lowering): number {
  const { chip, memoryShare } = lowering.options;
  const free = chip.sramBytes - variableBytes(lowering);
  return Math.max(1024, free * 0.4 * memoryShare);
}

/**
 * The price of a byte of SRAM: nothing on an empty chip, as much as bringing it from another tile where variables take a quarter of all.
 * Ops are split one by one, and nobody knows yet at whose turn a tile will be fullest: so all are frugal, the more the less is left.
 */
export function cyclesPerByte(lowering: Lowering): number {
  const { chip, memoryShare } = lowering.options;
  return (4 * variableBytes(lowering)) / chip.sramBytes / chip.exchangeBytesPerCycle / memoryShare;
}

/** What variables take of a tile, on average. */
function variableBytes({ module, options }: Lowering): number {
  return module.variables.reduce((sum, variable) => sum + tensorBytes(variable.type), 0) / options.chip.tiles;
}
