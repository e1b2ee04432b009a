/** Modelled cycles of every phase: the slowest tile, the exchange of the busiest, and the sync between. */
import type { ChipSpec } from '@tessera-dnn/machine';
import { type ExchangePhase, spreadTiles, type TileProgram } from '../program.ts';
import { exchangeCycles } from '../split/cycles.ts';

/** Cycles by phase. Each counts the sync that ends it; a compute phase is as long as its slowest vertex. */
export function phaseCycles(program: TileProgram, chip: ChipSpec): number[] {
  return program.phases.map(phase => {
    if (phase.kind === 'exchange') return exchangeCycles(busiest(phase, program), chip);
    let cycles = 0;
    for (const id of phase.classOf) if (id >= 0) cycles = Math.max(cycles, program.classes[id].cycles);
    return Math.ceil(cycles) + chip.syncCycles;
  });
}

/** The most bytes any tile receives or sends; a piece that several tiles receive is sent once. */
function busiest({ copies }: ExchangePhase, { tiles, spreads }: TileProgram): number {
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
  let most = 0;
  for (let tile = 0; tile < tiles; tile++) most = Math.max(most, received[tile], sent[tile]);
  return most;
}
