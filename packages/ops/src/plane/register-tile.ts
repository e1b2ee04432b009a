/**
 * The register tile: `P` pixels × `C` vectors of sums, held in cells while the summed axes run.
 *
 * One turn of the innermost loop loads C vectors of weights and P input elements, each repeated over the lanes, and does P·C
 * multiply-adds. On machines with sixteen vector registers sums, weights and one input must fit in about fifteen of them: 6 × 2 reaches
 * the multiply-add limit, so does 1 × 8 as long as the weights come from the first cache.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera/graph';
import { isVector, scalarOf } from '@tessera/graph';

/** A byte address: a register and a constant that goes into the instruction. */
export interface Place {
  readonly base: KernelValue;
  readonly offset: number;
}

/** One summed axis: turns, and the bytes input and weights move per turn. */
export interface SumLoop {
  readonly count: Operand;
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
  /** Turns in a row, of the innermost loop only; divides `count`, and the bytes are numbers. Absent: 1. */
  readonly unrolled?: number;
}

export interface RegisterTile {
  /** The type of a sum. One lane: inputs and weights are then single elements. */
  readonly type: KernelType;
  /** Where each pixel's first input lies. */
  readonly pixels: readonly Place[];
  /** Where each column's first weights lie. */
  readonly columns: readonly Place[];
  /** Outermost first. */
  readonly loops: readonly SumLoop[];
}

/** The sums, by pixel, then by column. */
export function accumulate(k: KernelBuilder, tile: RegisterTile): readonly (readonly KernelValue[])[] {
  const zero = k.constant(tile.type, 0);
  const sums = tile.pixels.map(() => tile.columns.map(() => k.cell(zero)));
  sumOver(k, tile, sums, tile.loops, [...tile.pixels], [...tile.columns]);
  return sums.map(row => row.map(cell => k.get(cell)));
}

function sumOver(
  k: KernelBuilder,
  tile: RegisterTile,
  sums: readonly (readonly KernelCell[])[],
  loops: readonly SumLoop[],
  pixels: readonly Place[],
  columns: readonly Place[],
): void {
  const [loop, ...inner] = loops;
  if (loop === undefined) {
    multiplyAdd(k, tile.type, sums, pixels, columns);
    return;
  }
  const step = typeof loop.inputBytes === 'number' && loop.inputBytes > 0 ? loop.inputBytes : 1;
  const end = k.mul(loop.count, step);
  const { unrolled = 1 } = loop;
  k.loop(
    0,
    end,
    index => {
      const input = step === 1 ? k.mul(index, loop.inputBytes) : index;
      const weights = weightDistance(k, loop, index, step);
      const [here, there] = [moved(k, pixels, input), moved(k, columns, weights)];
      for (let turn = 0; turn < unrolled; turn++) {
        sumOver(k, tile, sums, inner, behind(here, turn, loop.inputBytes), behind(there, turn, loop.weightBytes));
      }
    },
    step * unrolled,
  );
}

/** The places so many turns further on, at a constant distance. */
function behind(places: readonly Place[], turns: number, bytes: Operand): readonly Place[] {
  if (turns === 0 || typeof bytes !== 'number') return places;
  return places.map(({ base, offset }) => ({ base, offset: offset + turns * bytes }));
}

/** How far the weights are after `index / step` turns. */
function weightDistance(k: KernelBuilder, loop: SumLoop, index: KernelValue, step: number): KernelValue {
  const { weightBytes } = loop;
  if (typeof weightBytes === 'number' && weightBytes % step === 0) return k.mul(index, weightBytes / step);
  return k.mul(step === 1 ? index : k.div(index, step), weightBytes);
}

/** The places `distance` further on; places with a common base keep one. */
export function moved(k: KernelBuilder, places: readonly Place[], distance: Operand): readonly Place[] {
  const bases = new Map<KernelValue, KernelValue>();
  return places.map(({ base, offset }) => {
    const known = bases.get(base) ?? k.add(base, distance);
    bases.set(base, known);
    return { base: known, offset };
  });
}

/** Fewer registers are busy when the shorter side is held and the longer one streams past it. */
function multiplyAdd(
  k: KernelBuilder,
  type: KernelType,
  sums: readonly (readonly KernelCell[])[],
  pixels: readonly Place[],
  columns: readonly Place[],
): void {
  const input = ({ base, offset }: Place): KernelValue =>
    isVector(type) ? k.loadSplat(type, base, offset) : k.load(type, base, offset);
  const weight = ({ base, offset }: Place): KernelValue => k.load(type, base, offset);
  const add = (cell: KernelCell, x: KernelValue, w: KernelValue): void =>
    k.set(cell, scalarOf(type) === 'f32' ? k.fma(x, w, k.get(cell)) : k.add(k.get(cell), k.mul(x, w)));
  if (pixels.length < columns.length) {
    const inputs = pixels.map(input);
    columns.forEach((column, c) => {
      const w = weight(column);
      inputs.forEach((x, p) => {
        add(sums[p][c], x, w);
      });
    });
  } else {
    const weights = columns.map(weight);
    pixels.forEach((pixel, p) => {
      const x = input(pixel);
      weights.forEach((w, c) => {
        add(sums[p][c], x, w);
      });
    });
  }
}
