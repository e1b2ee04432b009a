/**
 * The referee's eye on copies, element by element: each reads inside of its source's buffer and writes inside of its target's, and no byte
 * is written by two copies of one phase. It knows the loops of a copy, not the geometry they were made from. That what is gathered is
 * complete, `lower/exchange.ts` counts: as many elements as the target has, none twice and none beside it, are all of them.
 */
import { type Carried, type ExchangePhase, spreadTiles, type TileProgram } from '../program.ts';

/** Tells of a broken rule: what is wrong, on which tile, with which buffer. */
export type Complain = (what: string, tile: number, buffer: number) => never;

/** Checks the copies of one exchange phase, and tells `complain`, which throws, of the first broken rule. */
export function checkCopies(program: TileProgram, { copies }: ExchangePhase, complain: Complain): void {
  const written = new Map<number, Uint8Array>();
  for (const { class: id, from, fromTile, fromOffset, to, toTile, toOffset, bytes, spread } of copies) {
    const { carried } = program.classes[id];
    if (carried === undefined || carriedBytes(carried) !== bytes)
      complain('is written by a copy of other bytes than it says', toTile, to);
    for (const tile of from < 0 ? [] : spreadTiles(program.spreads[spread], fromTile)) {
      if (!inside(fromOffset, carried, 'from', bytesOn(program, from, tile)))
        complain('is read beyond its end', tile, from);
    }
    const size = bytesOn(program, to, toTile);
    if (!inside(toOffset, carried, 'to', size)) complain('is written beyond its end', toTile, to);
    const key = to * program.tiles + toTile;
    const marks = written.get(key) ?? new Uint8Array(size);
    written.set(key, marks);
    if (!mark(marks, toOffset, carried)) complain('has a byte that two copies write', toTile, to);
  }
}

/** Buffers of the host have one size. */
function bytesOn({ buffers }: TileProgram, buffer: number, tile: number): number {
  const { kind, bytes } = buffers[buffer];
  return bytes[kind === 'host' ? 0 : tile];
}

function carriedBytes({ loops, elementBytes }: Carried): number {
  return loops.reduce((bytes, { count }) => bytes * count, elementBytes);
}

/** Loops over tiles begin again at the same place of the next tile. */
function inside(start: number, { loops, elementBytes }: Carried, side: 'from' | 'to', bytes: number): boolean {
  let [low, high] = [start, start + elementBytes];
  for (const loop of loops) {
    const reach = (loop.count - 1) * loop[side];
    if (reach < 0) low += reach;
    else high += reach;
  }
  return Number.isInteger(low) && low >= 0 && high <= bytes;
}

/** Marks all bytes that a copy writes; false if one was marked before. */
function mark(marks: Uint8Array, start: number, { loops, elementBytes }: Carried): boolean {
  const innermost = loops.at(-1);
  const runs = innermost?.to === elementBytes;
  const around = runs ? loops.slice(0, -1) : loops;
  const run = runs && innermost ? innermost.count * elementBytes : elementBytes;
  const level = (depth: number, at: number): boolean => {
    if (depth === around.length) {
      if (marks.subarray(at, at + run).includes(1)) return false;
      marks.fill(1, at, at + run);
      return true;
    }
    const { count, to } = around[depth];
    for (let turn = 0; turn < count; turn++) if (!level(depth + 1, at + turn * to)) return false;
    return true;
  };
  return level(0, start);
}
