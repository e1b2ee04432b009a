/** The losses of a training as a curve, in bounded memory however many steps there are. */

export interface Point {
  readonly step: number;
  readonly value: number;
}

/** A picture has fewer columns. */
const mostPoints = 2000;

/** Collects a number for each step. When there are too many, two neighbours become one point, the mean of both at the later step. */
export class Curve {
  #points: Point[] = [];
  /** Steps for each point. */
  #steps = 1;
  #sum = 0;
  #count = 0;

  add(step: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#sum += value;
    this.#count++;
    if (this.#count < this.#steps) return;
    this.#points.push({ step, value: this.#sum / this.#count });
    [this.#sum, this.#count] = [0, 0];
    if (this.#points.length < mostPoints) return;
    this.#steps *= 2;
    const halves = this.#points.filter((_, i) => i % 2 === 0);
    this.#points = halves.map(({ value }, i) => {
      const later = this.#points[2 * i + 1];
      return { step: later.step, value: (value + later.value) / 2 };
    });
  }

  get points(): readonly Point[] {
    return this.#points;
  }
}
