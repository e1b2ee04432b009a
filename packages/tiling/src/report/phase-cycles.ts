/** Modelled cycles of every phase: the slowest tile, the exchange of the busiest, and the sync between; and what each tile has of it. */
import type { ChipSpec } from '@tessera-dnn/machine';
import { type ExchangePhase, type Phase, spreadTiles, type TileProgram } from '../program.ts';
import { exchangeCycles } from '../split/cycles.ts';

/** Cycles by phase. Each counts the sync that ends it; a compute phase is as long as its slowest vertex. */
export function phaseCycles(program: TileProgram, chip: ChipSpec): number[] {
  return program.phases.map(phase => {
    if (phase.kind === 'exchange') return exchangeCycles(busiest(traffic(phase, program)), chip);
    let cycles = 0;
    for (const id of phase.classOf) if (id >= 0) cycles = Math.max(cycles, program.classes[id].cycles);
    return Math.ceil(cycles) + chip.syncCycles;
  });
}

/** What one phase is for each tile, without the sync that ends it: of the busiest tile it is all of the phase. */
export interface TileLoads {
  /** Cycles in which the tile computes, receives or sends; 0 where it has nothing to do. */
  readonly cycles: Float64Array;
  /** Bytes that it receives and sends; absent for a phase that computes. */
  readonly traffic?: Traffic;
}

/** The cycles of each tile in a phase, as {@link phaseCycles} models them. */
export function tileLoads(program: TileProgram, phase: Phase, chip: ChipSpec): TileLoads {
  if (phase.kind === 'compute')
    return { cycles: Float64Array.from(phase.classOf, id => (id < 0 ? 0 : Math.ceil(program.classes[id].cycles))) };
  const moved = traffic(phase, program);
  const cycles = moved.received.map((received, tile) => {
    const bytes = Math.max(received, moved.sent[tile]);
    return bytes === 0 ? 0 : exchangeCycles(bytes, chip) - chip.syncCycles;
  });
  return { cycles, traffic: moved };
}

/** Bytes by tile. */
export interface Traffic {
  readonly received: Float64Array;
  /** A piece that several tiles receive is sent once. */
  readonly sent: Float64Array;
}

function traffic({ copies }: ExchangePhase, { tiles, spreads }: TileProgram): Traffic {
  const received = new Float64Array(tiles);
  const sent = new Float64Array(tiles);
  const broadcasts = new Set<number>();
  for (let i = 0; i < copies.count; i++) {
    const [tile, from, fromTile] = [copies.tile(i), copies.from(i), copies.fromTile(i)];
    const [bytes, spread] = [copies.bytes(i), copies.spread(i)];
    received[tile] += bytes;
    if (from < 0 || (fromTile === tile && spread === 0)) continue;
    // One number per piece, exact below 2^53: buffers × tiles × classes × words of SRAM.
    const piece = ((from * tiles + fromTile) * 8192 + copies.class(i)) * 131072 + copies.fromOffset(i) / 4;
    if (broadcasts.has(piece)) continue;
    broadcasts.add(piece);
    if (spreads[spread].length === 0) sent[fromTile] += bytes;
    else {
      const senders = spreadTiles(spreads[spread], fromTile);
      for (const sender of senders) sent[sender] += bytes / senders.length;
    }
  }
  return { received, sent };
}

/** The most bytes any tile receives or sends. */
function busiest({ received, sent }: Traffic): number {
  let most = 0;
  for (let tile = 0; tile < received.length; tile++) most = Math.max(most, received[tile], sent[tile]);
  return most;
}
