/** What a tile holds over time, as files: for the allocator, for other programs, and as a picture. */
import { formatCsv } from '@tessera-dnn/allocator';
import { type Box, boxesOf, lastingBoxesOf } from '../data/boxes.ts';
import { type Explored, type ExploredProgram, none, numberOf } from '../data/explored.ts';
import { momentsOf } from '../data/moments.ts';
import { type PhaseFacts, phaseFacts } from '../data/phase-facts.ts';
import { siteText } from '../view/text.ts';
import type { DrawnMemory } from './memory-svg.ts';

/** The tile's buffers as `tessera-allocate` reads them: what it finds is a placement of this tile alone, with nothing written behind its reads. */
export function tileCsv(explored: Explored, program: ExploredProgram, tile: number): string {
  const buffers = boxesOf(explored, program, tile).map(({ name, buffer, first, last, bytes }) => ({
    // Names may come twice, and ids may not.
    id: `${name} #${buffer}`,
    lower: first,
    upper: last + 1,
    size: bytes,
    alignment: 16,
  }));
  return formatCsv({ buffers });
}

/** A box as other programs read it: phases by their numbers. */
export interface JsonBox extends Pick<Box, 'name' | 'kind' | 'first' | 'last' | 'offsetBytes' | 'bytes'> {
  readonly type?: string;
  readonly place?: string;
}

export interface JsonTile {
  readonly source: string;
  readonly chip: Explored['memory']['chip'];
  readonly program: string;
  readonly tile: number;
  readonly fits: boolean;
  readonly lasting: readonly JsonBox[];
  readonly boxes: readonly JsonBox[];
  readonly phases: readonly (Omit<PhaseFacts, 'site'> & {
    readonly phase: number;
    readonly place?: string;
    readonly liveBytes: number;
  })[];
}

/** The boxes of a tile over time, and bytes and cycles of each phase, also where the program does not fit. */
export function tileJson(explored: Explored, program: ExploredProgram, tile: number): JsonTile {
  const { memory, fits, buffers } = explored;
  const placeOf = (site: number) => siteText(explored, site) || undefined;
  const told = ({ name, kind, buffer, site, first, last, offsetBytes, bytes }: Box): JsonBox => ({
    ...{ name, kind, type: buffer === none ? undefined : buffers.types[buffer], place: placeOf(site) },
    ...{ first: numberOf(program, first), last: numberOf(program, last), offsetBytes, bytes },
  });
  const { live } = momentsOf(explored, program, tile);
  return {
    ...{ source: memory.source, chip: memory.chip, program: program.name, tile, fits },
    lasting: lastingBoxesOf(explored, program, tile).map(told),
    boxes: boxesOf(explored, program, tile).map(told),
    phases: Array.from(live, (liveBytes, phase) => {
      const { site, ...facts } = phaseFacts(explored, program.firstPhase + phase);
      return { phase: numberOf(program, phase), ...facts, place: placeOf(site), liveBytes };
    }),
  };
}

/** The tile's picture for `memorySvg`. */
export function drawnTile(explored: Explored, program: ExploredProgram, tile: number): DrawnMemory {
  const { residentBytes, tableOffset } = explored.layout;
  const { firstPhase, phases, firstNumber, name } = program;
  const boxes = boxesOf(explored, program, tile);
  return {
    ...{ tile, program: name, firstNumber },
    phaseNames: explored.phases.names.slice(firstPhase, firstPhase + phases),
    fullest: momentsOf(explored, program, tile, boxes).fullest,
    startBytes: residentBytes,
    endBytes: tableOffset,
    boxes: boxes.map(box => ({ ...box, place: siteText(explored, box.site) || undefined })),
  };
}
