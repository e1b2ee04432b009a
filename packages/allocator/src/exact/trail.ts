/** Two columns of numbers whose changes can be taken back in the opposite order. */
export class Trail {
  readonly #columns: readonly [Float64Array, Float64Array];
  /** For every change: twice the row plus the column, and the number that stood there before. */
  #changed = new Int32Array(1024);
  #before = new Float64Array(1024);
  #length = 0;

  constructor(columns: readonly [Float64Array, Float64Array]) {
    this.#columns = columns;
  }

  /** The present point, to which `backTo` can go back. */
  get mark(): number {
    return this.#length;
  }

  set(column: 0 | 1, row: number, value: number): void {
    if (this.#length === this.#changed.length) this.#widen();
    this.#changed[this.#length] = row * 2 + column;
    this.#before[this.#length++] = this.#columns[column][row];
    this.#columns[column][row] = value;
  }

  backTo(mark: number): void {
    const [even, odd] = this.#columns;
    while (this.#length > mark) {
      const changed = this.#changed[--this.#length];
      if ((changed & 1) === 0) even[changed >> 1] = this.#before[this.#length];
      else odd[changed >> 1] = this.#before[this.#length];
    }
  }

  #widen(): void {
    const [changed, before] = [this.#changed, this.#before];
    this.#changed = new Int32Array(changed.length * 2);
    this.#before = new Float64Array(before.length * 2);
    this.#changed.set(changed);
    this.#before.set(before);
  }
}
