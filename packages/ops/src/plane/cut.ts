/**
 * Cuts a line of pixels into register tiles.
 *
 * The cost of a tile is the time of one turn of its innermost loop, on a machine with two multiply-adds and two loads a cycle and a latency
 * of four cycles: `max(sums / 2, loads / 2, 4)`, and a little for the loop. Measured on Zen 4 and 5 in V8: 6×2 vectors reach the peak, 4×2
 * and 2×4 93 % of it, 1×8 82 %, 3×2 70 %, and tiles that need more than fifteen registers half.
 */

/** `tiles` tiles of `width` pixels, each of `group` blocks of channels. */
export interface Run {
  readonly width: number;
  readonly tiles: number;
  readonly group: number;
}

const registers = 15;
const loopCycles = 0.35;
/** For loading a vector of weights, which are further away than inputs; a wide tile uses each more often. */
const weightCycles = 0.1;
/** The price of one more kind of tile, which is more code: it must save so many cycles on a line. */
const kindCycles = 0.5;
const widest = 12;
const largestGroup = 4;

/** The output channels, as a tile sees them: blocks of vectors. */
export interface Columns {
  readonly blocks: number;
  readonly vectors: number;
  /** Whether neighbouring blocks read the same inputs; if not, a tile takes one block only. */
  readonly joint: boolean;
  /** Whether a multiply-add is one instruction; if it is two, they need a register between them. */
  readonly fused: boolean;
}

/** The cheapest runs of tiles that cover `pixels` exactly, the widest first; no tile is wider than `most`. */
export function cutLine(pixels: number, columns: Columns, most = widest): readonly Run[] {
  return cutInto(
    pixels,
    tileShapes(columns).filter(({ width }) => width <= most),
  );
}

/** How many blocks a tile of one pixel best takes at once. */
export function pixelGroup(columns: Columns): number {
  return tileShapes(columns)[0].group;
}

/** A kind of tile: `width` pixels, `group` blocks, and the cycles of one turn for each block. */
export interface Shape {
  readonly width: number;
  readonly group: number;
  readonly cycles: number;
}

/** The cheapest runs that cover `pixels` exactly with at most two of the shapes; one of the shapes must have width 1. */
export function cutInto(pixels: number, shapes: readonly Shape[]): readonly Run[] {
  let best = { cost: Number.POSITIVE_INFINITY, wide: shapes[0], wides: 0, narrow: shapes[0], narrows: 0 };
  for (const wide of shapes) {
    for (const narrow of shapes) {
      if (narrow.width > wide.width) continue;
      const wides = mostWides(pixels, wide.width, narrow.width);
      const narrows = (pixels - wides * wide.width) / narrow.width;
      if (!Number.isInteger(narrows)) continue;
      const kinds = (wides > 0 ? kindCycles : 0) + (narrows > 0 ? kindCycles : 0);
      const cost = wides * wide.cycles + narrows * narrow.cycles + kinds;
      if (cost < best.cost) best = { cost, wide, wides, narrow, narrows };
    }
  }
  const run = ({ width, group }: Shape, tiles: number): Run => ({ width, tiles, group });
  return [run(best.wide, best.wides), run(best.narrow, best.narrows)].filter(({ tiles }) => tiles > 0);
}

/** The largest number of wide tiles that leaves a multiple of the narrow width; 0 if none does. */
function mostWides(pixels: number, wide: number, narrow: number): number {
  const most = Math.floor(pixels / wide);
  for (let tiles = most; tiles > 0 && tiles > most - narrow; tiles--) {
    if ((pixels - tiles * wide) % narrow === 0) return tiles;
  }
  return 0;
}

/** For every width, the best group of blocks among those that fit the registers. */
function tileShapes(columns: Columns): readonly Shape[] {
  const { vectors, fused } = columns;
  const blocks = columns.joint ? columns.blocks : 1;
  const shapes: Shape[] = [];
  for (let width = 1; width <= widest; width++) {
    let best: Shape | undefined;
    for (let group = 1; group <= Math.min(largestGroup, blocks); group++) {
      if (!fits(width, group * vectors, fused)) continue;
      const cycles =
        Math.floor(blocks / group) * turn(width, group * vectors) + turn(width, (blocks % group) * vectors);
      if (best === undefined || cycles / blocks < best.cycles) best = { width, group, cycles: cycles / blocks };
    }
    if (best) shapes.push(best);
  }
  return shapes;
}

function fits(pixels: number, columns: number, fused: boolean): boolean {
  return pixels * columns + Math.min(pixels, columns) + (fused ? 1 : 2) <= registers;
}

function turn(pixels: number, columns: number): number {
  if (columns === 0) return 0;
  return Math.max((pixels * columns) / 2, (pixels + columns) / 2, 4) + loopCycles + columns * weightCycles;
}
