/**
 * Cuts a line of pixels into register tiles.
 *
 * The cost of a tile is what its innermost turn takes on a machine with two multiply-adds and two loads a cycle and four cycles of
 * latency: `max(sums / 2, loads / 2, 4)` and a little for the loop. Measured on Zen 4 and 5 in V8: 6×2 vectors reach the limit, 4×2 and
 * 2×4 93 %, 1×8 82 %, 3×2 70 %, and beyond fifteen registers half.
 */

/** `tiles` tiles of `width` pixels, each over `group` blocks of columns. */
export interface Run {
  readonly width: number;
  readonly tiles: number;
  readonly group: number;
}

const registers = 15;
const loopCycles = 0.35;
/** Weights come from further away than inputs, and wide tiles use them more often. */
const weightCycles = 0.1;
/** What one more kind of tile may cost at most, in cycles per turn of a line: it is code. */
const kindCycles = 0.5;
const widest = 12;
const largestGroup = 4;

/** Blocks of output channels, as a tile sees them. */
export interface Columns {
  readonly blocks: number;
  readonly vectors: number;
  /** False where neighbouring blocks read different inputs: then a tile takes one block. */
  readonly joint: boolean;
  /** Whether multiply-adds are one instruction; two need a register between them. */
  readonly fused: boolean;
}

/** The runs that cover `pixels` exactly, widest first; none is wider than `most`. */
export function cutLine(pixels: number, columns: Columns, most = widest): readonly Run[] {
  return cutInto(
    pixels,
    tileShapes(columns).filter(({ width }) => width <= most),
  );
}

/** Blocks that a tile of one pixel takes at once. */
export function pixelGroup(columns: Columns): number {
  return tileShapes(columns)[0].group;
}

/** A width of tile, and what a turn of it costs per block. */
export interface Shape {
  readonly width: number;
  readonly group: number;
  readonly cycles: number;
}

/** The cheapest cut into tiles of at most two of the shapes, one of which has width 1. */
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

/** The largest number of wide tiles that leaves a multiple of the narrow width; 0 where none does. */
function mostWides(pixels: number, wide: number, narrow: number): number {
  const most = Math.floor(pixels / wide);
  for (let tiles = most; tiles > 0 && tiles > most - narrow; tiles--) {
    if ((pixels - tiles * wide) % narrow === 0) return tiles;
  }
  return 0;
}

/** The best group of blocks for every width that fits the registers. */
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
