/** A priority queue: the least key first, then the least rank. */

export interface Entry {
  readonly node: number;
  readonly key: number;
  readonly rank: number;
}

/** A binary heap: `add` and `take` cost the logarithm of its size. */
export class PriorityQueue {
  readonly #items: Entry[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Puts an entry in; one node may have several. */
  add(entry: Entry): void {
    const items = this.#items;
    let at = items.length;
    items.push(entry);
    for (let parent = (at - 1) >> 1; at > 0 && before(entry, items[parent]); parent = (at - 1) >> 1) {
      items[at] = items[parent];
      at = parent;
    }
    items[at] = entry;
  }

  /** Undefined if it is empty. */
  take(): Entry | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return last;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && before(items[child + 1], items[child])) child++;
      if (!before(items[child], last)) break;
      items[at] = items[child];
      at = child;
    }
    items[at] = last;
    return least;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.key < b.key || (a.key === b.key && a.rank < b.rank);
}
