/** How much memory each program needs for its own intermediates. */
import type { Placement } from '../place/place.ts';
import type { TiledProgram, TileProgram } from '../program.ts';
import { isTransient } from './report.ts';

export interface ProgramPeak {
  readonly program: TiledProgram;
  /** The tile that needs most, and the bytes from the first to the last of its intermediates: alignment and gaps count. */
  readonly tile: number;
  readonly bytes: number;
}

/** One entry per program of the user's, in order. */
export function programPeaks(tiles: TileProgram, placement: Placement): readonly ProgramPeak[] {
  return tiles.programs.map(program => {
    const heights = new Float64Array(tiles.tiles);
    const { first } = placement.storage.life;
    const end = program.firstPhase + program.phases;
    tiles.buffers.forEach((buffer, index) => {
      if (!isTransient(buffer) || first[index] < program.firstPhase || first[index] >= end) return;
      buffer.bytes.forEach((bytes, tile) => {
        const top = placement.offsets[index][tile] + bytes - placement.tiles[tile].residents;
        if (bytes > 0) heights[tile] = Math.max(heights[tile], top);
      });
    });
    const tile = heights.indexOf(heights.reduce((most, height) => Math.max(most, height), 0));
    return { program, tile, bytes: heights[tile] };
  });
}
