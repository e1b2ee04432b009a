/** Groups of items, each of which may ask for something or refuse it: a group agrees if some member asks and none refuses. */
export class Groups {
  readonly #parent: Int32Array;
  readonly #asks: Uint8Array;
  readonly #refuses: Uint8Array;

  /** So many items, each a group of its own. */
  constructor(items: number) {
    this.#parent = Int32Array.from({ length: items }, (_, item) => item);
    this.#asks = new Uint8Array(items);
    this.#refuses = new Uint8Array(items);
  }

  ask(item: number): void {
    this.#asks[this.#rootOf(item)] = 1;
  }

  refuse(item: number): void {
    this.#refuses[this.#rootOf(item)] = 1;
  }

  /** The groups of both items become one. */
  join(a: number, b: number): void {
    const [from, to] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parent[from] = to;
    this.#asks[to] |= this.#asks[from];
    this.#refuses[to] |= this.#refuses[from];
  }

  agrees(item: number): boolean {
    const root = this.#rootOf(item);
    return this.#asks[root] === 1 && this.#refuses[root] === 0;
  }

  /** Halves the way to the root as it goes (Tarjan and van Leeuwen 1984). */
  #rootOf(item: number): number {
    let at = item;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]];
      at = this.#parent[at];
    }
    return at;
  }
}
