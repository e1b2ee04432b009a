/**
 * Dot products of contiguous rows: `R × C` sums of four lanes along the summed axis, folded into one lane each at the end.
 * The last one to three terms are added as vectors over the columns, so that nothing behind the operands is read.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera/graph';
import { scalarOf } from '@tessera/graph';

export interface DotTile {
  /** The vector type of the sums. */
  readonly type: KernelType;
  /** Addresses of the rows' and of the columns' first elements; at most four columns to a group of results. */
  readonly rows: readonly KernelValue[];
  readonly columns: readonly KernelValue[];
  /** Elements, in whole vectors and in the rest. */
  readonly vectors: Operand;
  readonly rest: Operand;
}

/** Per row, per four columns: their sums as one vector (lanes beyond the last column are zero). */
export function dotProducts(k: KernelBuilder, tile: DotTile): readonly (readonly KernelValue[])[] {
  const { type, rows, columns } = tile;
  const zero = k.constant(type, 0);
  const sums = rows.map(() => columns.map(() => k.cell(zero)));
  k.loop(0, k.mul(tile.vectors, 16), distance => addVectors(k, tile, sums, distance), 16);
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

/** The sums of the lanes of up to four vectors, as the lanes of one. */
function foldFour(k: KernelBuilder, cells: readonly KernelCell[], zero: KernelValue): KernelValue {
  const at = (i: number): KernelValue => (i < cells.length ? k.get(cells[i]) : zero);
  const pair = (a: KernelValue, b: KernelValue): KernelValue =>
    k.add(k.shuffle(a, b, [0, 1, 4, 5]), k.shuffle(a, b, [2, 3, 6, 7]));
  const [low, high] = [pair(at(0), at(1)), pair(at(2), at(3))];
  return k.add(k.shuffle(low, high, [0, 2, 4, 6]), k.shuffle(low, high, [1, 3, 5, 7]));
}

function addRest(k: KernelBuilder, tile: DotTile, folded: readonly (readonly KernelCell[])[]): void {
  const scalar = scalarOf(tile.type);
  const start = k.mul(tile.vectors, 16);
  k.loop(
    start,
    k.add(start, k.mul(tile.rest, 4)),
    distance => {
      const columns = folded[0].map((_, g) => gatherFour(k, tile, 4 * g, distance));
      tile.rows.forEach((row, r) => {
        const a = k.splat(k.load(scalar, k.add(row, distance)));
        columns.forEach((column, g) => {
          multiplyAdd(k, folded[r][g], a, column);
        });
      });
    },
    4,
  );
}

/** The same element of up to four columns. */
function gatherFour(k: KernelBuilder, { type, columns }: DotTile, first: number, distance: KernelValue): KernelValue {
  const scalar = scalarOf(type);
  return columns
    .slice(first, first + 4)
    .reduce(
      (vector, column, lane) => k.replace(vector, lane, k.load(scalar, k.add(column, distance))),
      k.constant(type, 0),
    );
}
