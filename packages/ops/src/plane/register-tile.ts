/**
 * The register tile: `P` pixels × `C` vectors of sums, which stay in registers during the loops over the summed axes.
 *
 * One turn of the innermost loop loads C vectors of weights and P input elements, each copied into all lanes, and does P·C multiply-adds.
 * On machines with sixteen vector registers, sums, weights and one input must fit in about fifteen of them: 6 × 2 reaches the peak of
 * multiply-adds, and so does 1 × 8 if the weights are in the first-level cache.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import {
  type BytePlace,
  type ByteProducts,
  digitsOf,
  loadedProducts,
  numberProducts,
  type Products,
} from './products.ts';

/** The loop over one summed axis: how many turns, and how many bytes input and weights move in each. */
export interface SumLoop {
  readonly count: Operand;
  readonly inputBytes: Operand;
  readonly weightBytes: Operand;
  /** How many turns are unrolled, 1 by default; only for the innermost loop, only if it divides `count` and both distances are numbers. */
  readonly unrolled?: number;
}

/** Which sums to compute. */
export interface RegisterTile {
  /** The type of a sum. If it has one lane, the weights are single elements too. */
  readonly type: KernelType;
  /** For each pixel, the address of its first input element. */
  readonly pixels: readonly BytePlace[];
  /** For each vector of output channels, the address of its first weights. */
  readonly columns: readonly BytePlace[];
  /** The outermost first. The innermost goes over channels, or over fours of them where these are bytes. */
  readonly loops: readonly SumLoop[];
  /** Absent where the operands are numbers that are multiplied one by one. */
  readonly bytes?: ByteProducts;
  /** Whether every two columns are eight neighbouring weights of bf16, which are loaded at once. */
  readonly paired?: boolean;
}

/** The sums, by pixel and then by vector of output channels. */
export function accumulate(k: KernelBuilder, tile: RegisterTile): readonly (readonly KernelValue[])[] {
  const zero = k.constant(tile.type, 0);
  const sums = tile.pixels.map(() => tile.columns.map(() => k.cell(zero)));
  const { bytes } = tile;
  if (tile.paired) {
    sumOver(k, { ...numberProducts(k, tile.type), weights: pairedWeights(k) }, sums, tile.loops, tile);
    return sums.map(row => inOrder(k, row));
  }
  if (bytes === undefined) sumOver(k, numberProducts(k, tile.type), sums, tile.loops, tile);
  else {
    for (const digit of digitsOf(k, bytes)) {
      for (const cell of sums.flat()) digit.begin(cell);
      sumOver(k, loadedProducts(k, digit), sums, tile.loops, tile);
    }
  }
  return sums.map(row => row.map(cell => k.get(cell)));
}

/** Products whose weights may come two vectors at a time. */
interface TileProducts extends Products {
  readonly weights?: (columns: readonly BytePlace[]) => readonly (() => readonly KernelValue[])[];
}

/**
 * Eight weights of bf16, which are the upper halves of floats, from one load: those at even places and those at odd ones are two vectors. Loads
 * of four each would have to be widened by two instructions more.
 */
function pairedWeights(k: KernelBuilder): TileProducts['weights'] {
  const upper = k.constant('i32x4', -65536);
  return columns =>
    columns.flatMap(({ base, offset }, c) => {
      if (c % 2 > 0) return [];
      return () => {
        const words = k.words(base, offset);
        return [k.float(k.shl(words, 16)), k.float(k.and(words, upper))];
      };
    });
}

/** The sums of paired columns as vectors of neighbours. */
function inOrder(k: KernelBuilder, row: readonly KernelCell[]): readonly KernelValue[] {
  return row.map((_, c) => {
    const [even, odd] = [k.get(row[c - (c % 2)]), k.get(row[c - (c % 2) + 1])];
    return k.shuffle(even, odd, c % 2 === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7]);
  });
}

function sumOver(
  k: KernelBuilder,
  products: TileProducts,
  sums: readonly (readonly KernelCell[])[],
  loops: readonly SumLoop[],
  { pixels, columns }: Pick<RegisterTile, 'pixels' | 'columns'>,
): void {
  const [loop, ...inner] = loops;
  if (loop === undefined) {
    multiplyAdd(k, products, sums, pixels, columns);
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
        const next = {
          pixels: behind(here, turn, loop.inputBytes),
          columns: behind(there, turn, loop.weightBytes),
        };
        sumOver(k, products, sums, inner, next);
      }
    },
    step * unrolled,
  );
}

/** The places after so many turns of an unrolled loop, at a constant distance. */
function behind(places: readonly BytePlace[], turns: number, bytes: Operand): readonly BytePlace[] {
  if (turns === 0 || typeof bytes !== 'number') return places;
  return places.map(({ base, offset }) => ({ base, offset: offset + turns * bytes }));
}

/** How many bytes the weights have moved after `index / step` turns. */
function weightDistance(k: KernelBuilder, loop: SumLoop, index: KernelValue, step: number): KernelValue {
  const { weightBytes } = loop;
  if (typeof weightBytes === 'number' && weightBytes % step === 0) return k.mul(index, weightBytes / step);
  return k.mul(step === 1 ? index : k.div(index, step), weightBytes);
}

/** The places `distance` bytes further; those that had a common base have one again, so that one addition serves them all. */
export function moved(k: KernelBuilder, places: readonly BytePlace[], distance: Operand): readonly BytePlace[] {
  const bases = new Map<KernelValue, KernelValue>();
  return places.map(({ base, offset }) => {
    const known = bases.get(base) ?? k.add(base, distance);
    bases.set(base, known);
    return { base: known, offset };
  });
}

/** Of pixels and columns, the fewer are held in registers and the others are loaded one by one, which takes the fewest registers. */
function multiplyAdd(
  k: KernelBuilder,
  { input, weight, weights = each => each.map(column => () => [weight(column)]), add }: TileProducts,
  sums: readonly (readonly KernelCell[])[],
  pixels: readonly BytePlace[],
  columns: readonly BytePlace[],
): void {
  const addTo = (cell: KernelCell, x: KernelValue, w: KernelValue): void => k.set(cell, add(x, w, k.get(cell)));
  if (pixels.length < columns.length) {
    const inputs = pixels.map(input);
    let c = 0;
    for (const load of weights(columns)) {
      for (const w of load()) {
        inputs.forEach((x, p) => {
          addTo(sums[p][c], x, w);
        });
        c++;
      }
    }
  } else {
    const held = weights(columns).flatMap(load => load());
    pixels.forEach((pixel, p) => {
      const x = input(pixel);
      held.forEach((w, c) => {
        addTo(sums[p][c], x, w);
      });
    });
  }
}
