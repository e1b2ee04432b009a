/** What each line of the source takes of a tile. */
import { boxesOf, lastingBoxesOf } from './boxes.ts';
import { type Explored, type ExploredProgram, none } from './explored.ts';
import { momentsOf } from './moments.ts';

/** Bytes by site that a tile holds in the phase of `program` in which it is fullest: what lives then, and what is always there. */
export function bytesBySite(explored: Explored, program: ExploredProgram, tile: number): Float64Array {
  const sum = new Float64Array(explored.sites.length);
  const boxes = boxesOf(explored, program, tile);
  const moments = momentsOf(explored, program, tile, boxes);
  const lasting = lastingBoxesOf(explored, program, tile).map(box => ({ box, bytes: box.bytes }));
  for (const { box, bytes } of [...moments.at(moments.fullest), ...lasting]) {
    if (box.site !== none) sum[box.site] += bytes;
  }
  return sum;
}

/** The site of a line of a file, both as in `Site`; none if nothing comes from it. */
export function siteAt({ sites }: Explored, file: number, line: number): number {
  return sites.findIndex(site => site.file === file && site.line === line);
}
