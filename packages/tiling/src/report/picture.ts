/** One tile's transient memory over time, as rectangles: phases by addresses. For whoever wants to draw it. */
import type { Origin } from '@tessera-dnn/graph';
import type { Placement } from '../place/place.ts';
import type { BufferKind, TiledProgram, TileProgram } from '../program.ts';
import { isTransient, peakMoment } from './report.ts';

export interface MemoryPicture {
  readonly tile: number;
  readonly program: string;
  readonly phaseNames: readonly string[];
  /** The number of the program's first own phase: those that prepare come before. */
  readonly firstNumber: number;
  /** The phase in which most is live. */
  readonly fullest: number;
  /** Below it lie what is always there, above `endBytes` the tables. */
  readonly startBytes: number;
  readonly endBytes: number;
  /** In the order of their first phase. */
  readonly boxes: readonly MemoryBox[];
}

/** A storage: one tensor, or several that are written one over the other. */
export interface MemoryBox {
  /** The name of the first of these tensors. */
  readonly name: string;
  readonly kind: BufferKind;
  readonly origin: Origin;
  /** Phases counted from the program's first, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** From the start of the tile's SRAM. */
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** What `program` keeps on a tile. */
export function pictureMemory(
  tiles: TileProgram,
  placement: Placement,
  program: TiledProgram,
  tile: number,
): MemoryPicture {
  const { life, rootOf } = placement.storage;
  const { firstPhase, phases } = program;
  const sizes = new Map<number, number>();
  tiles.buffers.forEach((buffer, index) => {
    const bytes = isTransient(buffer) ? buffer.bytes[tile] : 0;
    if (bytes > 0) sizes.set(rootOf[index], Math.max(bytes, sizes.get(rootOf[index]) ?? 0));
  });
  const boxes = [...sizes].flatMap(([root, bytes]): readonly MemoryBox[] => {
    const { name, kind, origin } = tiles.buffers[root];
    const [first, last] = [life.first[root], life.last[root]].map(phase => phase - firstPhase);
    const offsetBytes = placement.offsets[root][tile];
    return first < 0 || first >= phases ? [] : [{ name, kind, origin, first, last, offsetBytes, bytes }];
  });
  const { residents, transients } = placement.tiles[tile];
  return {
    tile,
    program: program.name,
    firstNumber: tiles.prepare.phases,
    fullest: peakMoment(tiles, placement, tile, program).phase - firstPhase,
    phaseNames: tiles.phases.slice(firstPhase, firstPhase + phases).map(({ name }) => name),
    startBytes: residents,
    endBytes: residents + transients,
    boxes: boxes.sort((a, b) => a.first - b.first || a.offsetBytes - b.offsetBytes),
  };
}
