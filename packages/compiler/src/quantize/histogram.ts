/**
 * What is remembered of all the numbers that a tensor had: their least and greatest, and how many lay where. The range of the bins doubles when
 * a number lies outside; two bins then become one, so that nothing is counted twice and no number has to be seen again.
 */

const half = 4096;

/** The histogram of a tensor; empty at first. */
export class Histogram {
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  count = 0;
  /** The sum of the squares. */
  energy = 0;
  /** Bins cover [-range, range), `half` on either side of 0. */
  range = 2 ** -60;
  readonly bins = new Float64Array(2 * half);

  /** Counts all numbers; false, and nothing is counted, if one is not finite. */
  add(values: ArrayLike<number>): boolean {
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
    for (let i = 0; i < values.length; i++) this.#count(values[i]);
    return true;
  }

  /** The greatest distance from 0. */
  get reach(): number {
    return this.count === 0 ? 0 : Math.max(-this.least, this.greatest, 0);
  }

  /** Calls `visit` with the middle of every bin that is not empty, how many numbers lie there, and how wide it is. */
  forEach(visit: (middle: number, count: number, width: number) => void): void {
    const width = this.range / half;
    for (let bin = 0; bin < 2 * half; bin++) {
      if (this.bins[bin] > 0) visit((bin - half + 0.5) * width, this.bins[bin], width);
    }
  }

  #count(value: number): void {
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    while (Math.abs(value) >= this.range) this.#widen();
    this.bins[half + Math.floor((value * half) / this.range)]++;
    this.count++;
    this.energy += value * value;
  }

  #widen(): void {
    const old = this.bins.slice();
    this.bins.fill(0);
    this.range *= 2;
    for (const [bin, count] of old.entries()) this.bins[half + Math.floor((bin - half) / 2)] += count;
  }
}
