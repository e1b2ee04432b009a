/**
 * Dot products of contiguous rows and columns: `R × C` sums, each of four lanes along the summed axis that are added up at the end. If the
 * number of terms is no multiple of four, the last ones are added as vectors over the columns, so that nothing after the operands is read.
 */
import type { KernelBuilder, KernelCell, KernelType, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { scalarOf } from '@tessera-dnn/graph/kernel';

/** Bytes of an element on either side: 1, 2 or 4. */
export interface SideBytes {
  readonly rows: number;
  readonly columns: number;
}

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
  readonly bytes: SideBytes;
  /** How many vectors are taken two at a time, which is quicker where bf16 lies on a side; an even number. */
  readonly paired: number;
  /** Whether the elements of a side are bf16. */
  readonly brain: { readonly rows: boolean; readonly columns: boolean };
}

/** How far the same element lies from the start of a row, and of a column. */
interface Distances {
  readonly row: KernelValue;
  readonly column: KernelValue;
}

/** Loops count the bytes of rows; those of columns are as many, or a power of two times as many. */
function distancesAt(k: KernelBuilder, { bytes }: DotTile, row: KernelValue): Distances {
  const shift = Math.log2(bytes.columns / bytes.rows);
  if (shift === 0) return { row, column: row };
  return { row, column: shift > 0 ? k.shl(row, shift) : k.shr(row, -shift) };
}

/** For each row, for each four columns, the four dot products as one vector; lanes after the last column are 0. */
export function dotProducts(k: KernelBuilder, tile: DotTile): readonly (readonly KernelValue[])[] {
  const { type, rows, columns } = tile;
  const zero = k.constant(type, 0);
  const sums = rows.map(() => columns.map(() => k.cell(zero)));
  const step = 4 * tile.bytes.rows;
  const add = (row: KernelValue): void => addVectors(k, tile, sums, distancesAt(k, tile, row));
  const end = tile.paired * step;
  if (tile.paired > 0) {
    const addTwo = (row: KernelValue): void => addVectors(k, tile, sums, distancesAt(k, tile, row), 2);
    k.loop(0, end, addTwo, 2 * step);
  }
  k.loop(end, k.mul(tile.vectors, step), add, step);
  const groups = Array.from({ length: Math.ceil(columns.length / 4) }, (_, g) => 4 * g);
  const folded = sums.map(row => groups.map(g => k.cell(foldFour(k, row.slice(g, g + 4), zero))));
  if (tile.rest !== 0) addRest(k, tile, folded);
  return folded.map(row => row.map(cell => k.get(cell)));
}

/** Adds the products of one or two vectors of each line, of two in their order. */
function addVectors(
  k: KernelBuilder,
  tile: DotTile,
  sums: readonly (readonly KernelCell[])[],
  distances: Distances,
  vectors: 1 | 2 = 1,
): void {
  const of = (side: 'rows' | 'columns', distance: KernelValue) => ({
    count: tile[side].length,
    load: (at: number): readonly KernelValue[] => loadVectors(k, tile, side, k.add(tile[side][at], distance), vectors),
  });
  const { rows, columns } = tile;
  const [ofRows, ofColumns] = [of('rows', distances.row), of('columns', distances.column)];
  const [held, streamed, cellOf] =
    rows.length <= columns.length
      ? [ofRows, ofColumns, (h: number, s: number) => sums[h][s]]
      : [ofColumns, ofRows, (h: number, s: number) => sums[s][h]];
  const lines = Array.from({ length: held.count }, (_, h) => held.load(h));
  for (let s = 0; s < streamed.count; s++) {
    const others = streamed.load(s);
    others.forEach((other, v) => {
      lines.forEach((line, h) => {
        multiplyAdd(k, cellOf(h, s), line[v], other);
      });
    });
  }
}

/**
 * Neighbouring vectors of a line. Bits of bf16 are the upper half of a float's: of eight in one load, the lower and the upper four become floats
 * where zeros are put between them, by one instruction each. Loads of four take two more.
 */
function loadVectors(
  k: KernelBuilder,
  { type, bytes, brain }: DotTile,
  side: 'rows' | 'columns',
  address: KernelValue,
  vectors: 1 | 2,
): readonly KernelValue[] {
  if (vectors === 1) return [k.load(type, address)];
  if (!brain[side]) return [k.load(type, address), k.load(type, address, 4 * bytes[side])];
  const words = k.words(address);
  const zeros = k.constant('i32x4', 0);
  return [k.float(k.zip(zeros, words, 2, false)), k.float(k.zip(zeros, words, 2, true))];
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
  const { rows: bytes } = tile.bytes;
  const start = k.mul(tile.vectors, 4 * bytes);
  k.loop(
    start,
    k.add(start, k.mul(tile.rest, bytes)),
    distance => {
      const { row: along, column } = distancesAt(k, tile, distance);
      const columns = folded[0].map((_, g) => gatherFour(k, tile, 4 * g, column));
      tile.rows.forEach((row, r) => {
        const a = k.splat(k.load(scalar, k.add(row, along)));
        columns.forEach((four, g) => {
          multiplyAdd(k, folded[r][g], a, four);
        });
      });
    },
    bytes,
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
