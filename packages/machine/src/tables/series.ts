/** How one number of a list's copies, such as their source, follows from copy to copy. */
import { type Way, way } from './format.ts';

/**
 * Tells for one number of a list's copies (a byte address or a tile) how each value is written: as the same, as the last step again, as a new
 * step, or in full.
 */
export class Series {
  /** The difference of the last value that took a step or was given in full to the one before it, in bytes. */
  step = 0;
  #value = 0;
  readonly #unit: number;

  /** `unit`: how many bytes (or tiles) a step of one byte counts in. */
  constructor(unit: number) {
    this.#unit = unit;
  }

  /**
   * How `bytes` is written after the number before. With `full` it is given in full, and so is the number after it, as nothing steps on
   * from it.
   */
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
