/**
 * Finds equal nodes: same op, operands and facts (everything else that tells nodes apart, as an interned number).
 * An open-addressing table of node indices, so a million nodes cost no strings for their operands.
 */

/** Numbers for strings, in order of first appearance. */
export class Interner {
  readonly #numbers = new Map<string, number>();

  /** The number of `text`, a new one where it was not known. */
  intern(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }
}

/** A hash table from operands and facts to node numbers. It probes linearly and is at most half full; nodes are only ever added. */
export class NodeTable {
  #slots = new Int32Array(64).fill(-1);
  #used = 0;
  readonly #facts: number[] = [];
  readonly #operands: (readonly number[])[] = [];
  readonly #ids: number[] = [];

  /** The node with these operands and facts, if one was added. */
  find(facts: number, operands: readonly number[]): number | undefined {
    const entry = this.#slots[this.#slot(facts, operands)];
    return entry < 0 ? undefined : this.#ids[entry];
  }

  /** Adds a node that `find` does not know. */
  add(facts: number, operands: readonly number[], id: number): void {
    if (this.#used * 2 >= this.#slots.length) this.#grow();
    this.#slots[this.#slot(facts, operands)] = this.#used++;
    this.#facts.push(facts);
    this.#operands.push(operands);
    this.#ids.push(id);
  }

  #slot(facts: number, operands: readonly number[]): number {
    const mask = this.#slots.length - 1;
    let slot = hash(facts, operands) & mask;
    for (let entry = this.#slots[slot]; entry >= 0; entry = this.#slots[slot]) {
      if (this.#facts[entry] === facts && sameNumbers(this.#operands[entry], operands)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let entry = 0; entry < this.#used; entry++) {
      let slot = hash(this.#facts[entry], this.#operands[entry]) & mask;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }
}

function hash(facts: number, operands: readonly number[]): number {
  let h = Math.imul(facts + 1, 0x9e3779b1);
  for (let i = 0; i < operands.length; i++) h = Math.imul((h ^ operands[i]) + 0x7f4a7c15, 0x85ebca6b) ^ (h >>> 15);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  return h ^ (h >>> 13);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
