/** Numbers by tile, each list of them once and as runs of equal numbers. */
import type { Vectors } from './explored.ts';

/** Collects lists of numbers, and gives equal ones the same number. */
export class VectorTable {
  readonly #known = new Map<string, number>();
  readonly #starts: number[] = [0];
  readonly #ends: number[] = [];
  readonly #values: number[] = [];

  /** The number of the vector with these values, which are rounded up to whole ones. */
  add(values: Float64Array): number {
    const ends: number[] = [];
    const runs: number[] = [];
    for (let tile = 0; tile < values.length; tile++) {
      const value = Math.ceil(values[tile]);
      if (runs.length > 0 && runs[runs.length - 1] === value) ends[ends.length - 1] = tile + 1;
      else {
        ends.push(tile + 1);
        runs.push(value);
      }
    }
    const key = `${ends.join()};${runs.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const vector = this.#starts.length - 1;
    this.#known.set(key, vector);
    for (const end of ends) this.#ends.push(end);
    for (const value of runs) this.#values.push(value);
    this.#starts.push(this.#ends.length);
    return vector;
  }

  /** All of them as columns. */
  columns(): Vectors {
    return {
      starts: Int32Array.from(this.#starts),
      ends: Int32Array.from(this.#ends),
      values: Float64Array.from(this.#values),
    };
  }
}

/** One number of a vector; 0 for none. */
export function valueAt({ starts, ends, values }: Vectors, vector: number, tile: number): number {
  if (vector < 0) return 0;
  let [low, high] = [starts[vector], starts[vector + 1] - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > tile) high = middle;
    else low = middle + 1;
  }
  return values[low];
}

/** Adds `factor` times a vector to the numbers of all tiles. */
export function addVector({ starts, ends, values }: Vectors, vector: number, sum: Float64Array, factor = 1): void {
  if (vector < 0) return;
  let tile = 0;
  for (let run = starts[vector]; run < starts[vector + 1]; run++) {
    const value = factor * values[run];
    if (value === 0) tile = ends[run];
    else for (; tile < ends[run]; tile++) sum[tile] += value;
  }
}

/** The largest number of a vector, the first tile that has it, and the sum over all. */
export function extent(
  { starts, ends, values }: Vectors,
  vector: number,
): { readonly most: number; readonly tile: number; readonly sum: number } {
  let [most, tile, sum, from] = [0, 0, 0, 0];
  if (vector < 0) return { most, tile, sum };
  for (let run = starts[vector]; run < starts[vector + 1]; run++) {
    if (values[run] > most) [most, tile] = [values[run], from];
    sum += values[run] * (ends[run] - from);
    from = ends[run];
  }
  return { most, tile, sum };
}
