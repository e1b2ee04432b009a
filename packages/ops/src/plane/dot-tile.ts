/**
 * Dot products of contiguous rows and columns: `R × C` sums, each of four lanes along the summed axis that are added up at the end. If the
 * number of terms is no multiple of four, the last ones are added as vectors over the columns, so that nothing after the operands is read.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { scalarOf } from '@tessera-dnn/graph/kernel';

/** Which dot products to compute. */
export interface DotTile {
  /** The vector type of the sums. */
  readonly type: KernelType;
  /** The addresses of the first elements of all rows and of all columns. */
  readonly rows: readonly KernelValue[];
  readonly columns: readonly KernelValue[];
  /** How many terms there are: as whole vectors of four, and how many are left. */
  readonly vectors: Operand;
  readonly rest: Operand;
  /** Bytes of an element, the same on both sides. */
  readonly bytes: number;
}

/** For each row, for each four columns, the four dot products as one vector; lanes after the last column are 0. */
export function dotProducts(k: KernelBuilder, tile: DotTile): readonly (readonly KernelValue[])[] {
  const { type, rows, columns } = tile;
  const zero = k.constant(type, 0);
  const sums = rows.map(() => columns.map(() => k.cell(zero)));
  k.loop(0, k.mul(tile.vectors, 4 * tile.bytes), distance => addVectors(k, tile, sums, distance), 4 * tile.bytes);
  const groups = Array.from({ length: Math.ceil(columns.length / 4) }, (_, g) => 4 * g);
  const folded = sums.map(row => groups.map(g => k.cell(foldFour(k, row.slice(g, g + 4), zero))));
  if (tile.rest !== 0) addRest(k, tile, folded);
  return folded.map(row => row.map(cell => k.get(cell)));
}

function addVectors(
  k: KernelBuilder,
  { type, rows, columns }: DotTile,
  sums: readonly (readonly KernelCell[])[],
  distance: KernelValue,
): void {
  const load = (address: KernelValue): KernelValue => k.load(type, k.add(address, distance));
  const [held, streamed, cellOf] =
    rows.length <= columns.length
      ? [rows, columns, (h: number, s: number) => sums[h][s]]
      : [columns, rows, (h: number, s: number) => sums[s][h]];
  const vectors = held.map(load);
  streamed.forEach((address, s) => {
    const other = load(address);
    vectors.forEach((vector, h) => {
      multiplyAdd(k, cellOf(h, s), vector, other);
    });
  });
}

function multiplyAdd(k: KernelBuilder, cell: KernelCell, a: KernelValue, b: KernelValue): void {
  k.set(cell, scalarOf(cell.type) === 'f32' ? k.fma(a, b, k.get(cell)) : k.add(k.get(cell), k.mul(a, b)));
}

/** A vector whose lane i is the sum of the lanes of vector i, for up to four vectors. */
function foldFour(k: KernelBuilder, cells: readonly KernelCell[], zero: KernelValue): KernelValue {
  const at = (i: number): KernelValue => (i < cells.length ? k.get(cells[i]) : zero);
  const pair = (a: KernelValue, b: KernelValue): KernelValue =>
    k.add(k.shuffle(a, b, [0, 1, 4, 5]), k.shuffle(a, b, [2, 3, 6, 7]));
  const [low, high] = [pair(at(0), at(1)), pair(at(2), at(3))];
  return k.add(k.shuffle(low, high, [0, 2, 4, 6]), k.shuffle(low, high, [1, 3, 5, 7]));
}

function addRest(k: KernelBuilder, tile: DotTile, folded: readonly (readonly KernelCell[])[]): void {
  const scalar = scalarOf(tile.type);
  const start = k.mul(tile.vectors, 4 * tile.bytes);
  k.loop(
    start,
    k.add(start, k.mul(tile.rest, tile.bytes)),
    distance => {
      const columns = folded[0].map((_, g) => gatherFour(k, tile, 4 * g, distance));
      tile.rows.forEach((row, r) => {
        const a = k.splat(k.load(scalar, k.add(row, distance)));
        columns.forEach((column, g) => {
          multiplyAdd(k, folded[r][g], a, column);
        });
      });
    },
    tile.bytes,
  );
}

/** A vector of the elements of up to four columns at the same distance from their starts. */
function gatherFour(k: KernelBuilder, { type, columns }: DotTile, first: number, distance: KernelValue): KernelValue {
  const scalar = scalarOf(type);
  return columns
    .slice(first, first + 4)
    .reduce(
      (vector, column, lane) => k.replace(vector, lane, k.load(scalar, k.add(column, distance))),
      k.constant(type, 0),
    );
}
