/** How buffers and their lives are spoken of. */
import type { Placement, TileProgram } from '@tessera-dnn/tiling';

/** From which phase to which a buffer's storage is live. */
export function whyLive(program: TileProgram, placement: Placement, buffer: number): string {
  if (program.buffers[buffer].resident) return 'always live';
  const { first, last } = placement.storage.life;
  const from = program.phases[first[buffer]]?.name ?? '';
  const to = program.phases[last[buffer]]?.name ?? '';
  return first[buffer] === last[buffer] ? `used in ${from}` : `live from ${from} to ${to}`;
}

/** A number of bytes as people read it: `12,345 B`. */
export function bytesText(count: number): string {
  return `${count.toLocaleString('en-US')} B`;
}
