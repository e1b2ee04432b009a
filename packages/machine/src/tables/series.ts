/** One of a copy's numbers, from copy to copy. */
import { type Way, way } from './format.ts';

/** Tells for one number of a list's copies (a byte address or a tile) how each value is written: as the same, as the last step again, as a new step, or in full. */
export class Series {
  /** Of the last time that it took a step or was given. */
  step = 0;
  #value = 0;
  readonly #unit: number;

  /** A step of one byte counts units. */
  constructor(unit: number) {
    this.#unit = unit;
  }

  /** How `bytes` follows from the number before; what takes its `full` size is always given, and nothing steps on from it. */
  next(bytes: number, full: boolean): Way {
    const by = full ? Number.NaN : bytes - this.#value;
    this.#value = full ? Number.NaN : bytes;
    if (by === 0) return way.same;
    if (by === this.step) return way.again;
    this.step = by;
    const units = by / this.#unit;
    return units === (units << 24) >> 24 ? way.step : way.given;
  }
}
