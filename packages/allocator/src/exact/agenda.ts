/** A queue of small integers, first in, first out, in which each is at most once. */
export class Agenda {
  /** A ring buffer. It never overflows, since no integer is in it twice. */
  readonly #ring: Int32Array;
  readonly #isIn: Uint8Array;
  #head = 0;
  #length = 0;

  /** Makes an empty queue for integers below `size`. */
  constructor(size: number) {
    this.#ring = new Int32Array(size);
    this.#isIn = new Uint8Array(size);
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(item: number): void {
    if (this.#isIn[item] === 1) return;
    this.#isIn[item] = 1;
    const tail = this.#head + this.#length++;
    this.#ring[tail < this.#ring.length ? tail : tail - this.#ring.length] = item;
  }

  /** Removes the first. The queue must not be empty. */
  take(): number {
    const item = this.#ring[this.#head];
    this.#head = this.#head + 1 === this.#ring.length ? 0 : this.#head + 1;
    this.#length--;
    this.#isIn[item] = 0;
    return item;
  }

  clear(): void {
    while (this.#length > 0) this.take();
  }
}
