/** What a split may take of a tile's memory, and what it pays for it. */
import { type Module, tensorBytes } from '@tessera-dnn/graph';
import type { Lowering } from './lowering.ts';

/** What the budget depends on: the chip, the share of its memory that a split may take, and what variables leave of it. */
type Budgeted = Pick<Lowering, 'options' | 'variableBytes'>;

/**
 * Bytes of SRAM that one op's regions and results may take on a tile: a part of what variables leave, as other live values, code and tables
 * need room too.
 */
export function budgetBytes(lowering: Budgeted): number {
  const { chip, memoryShare } = lowering.options;
  const free = chip.sramBytes - lowering.variableBytes;
  return Math.max(1024, free * 0.4 * memoryShare);
}

/**
 * The price of a byte of SRAM: nothing on an empty chip, as much as bringing it from another tile where variables take a quarter of all.
 * Ops are split one by one, and nobody knows yet at whose turn a tile will be fullest: so all are frugal, the more the less is left.
 */
export function cyclesPerByte(lowering: Budgeted): number {
  const { chip, memoryShare } = lowering.options;
  return (4 * lowering.variableBytes) / chip.sramBytes / chip.exchangeBytesPerCycle / memoryShare;
}

/** Bytes that make no peak grow by much more than a hundredth: an eightieth of what variables take. */
export function spareBytes({ variableBytes }: Budgeted): number {
  return variableBytes / 80;
}

/** What variables take of one of so many tiles, on average. */
export function variableBytes({ variables }: Module, tiles: number): number {
  return variables.reduce((sum, { type }) => sum + tensorBytes(type), 0) / tiles;
}
