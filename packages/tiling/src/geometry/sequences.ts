/**
 * Numbers sequences of numbers: equal ones alike, new ones in the order in which they come. What a Map over joined strings would do,
 * without making the strings, which took a good part of the time of planning for many tiles.
 *
 * An open hash table with linear probing over the sequences themselves, which lie one after the other in one array.
 */
export class Sequences {
  /** The number of the sequence in each place, plus one; 0 where there is none. Its length is a power of two. */
  #places = new Int32Array(64);
  /** Where each sequence begins in `values`, and at the end where the next one will. */
  readonly #starts: number[] = [0];
  readonly #values: number[] = [];

  /** How many different sequences have been seen. */
  get count(): number {
    return this.#starts.length - 1;
  }

  /** The number of the sequence. It is new if that was `count` before. Compared as numbers: NaN equals nothing, -0 is 0. */
  numberOf(sequence: readonly number[]): number {
    const mask = this.#places.length - 1;
    let place = hash(sequence) & mask;
    for (let found = this.#places[place]; found > 0; found = this.#places[place]) {
      if (this.#equals(found - 1, sequence)) return found - 1;
      place = (place + 1) & mask;
    }
    const number = this.count;
    this.#places[place] = number + 1;
    for (let i = 0; i < sequence.length; i++) this.#values.push(sequence[i]);
    this.#starts.push(this.#values.length);
    if (this.count * 2 > this.#places.length) this.#grow();
    return number;
  }

  #equals(number: number, sequence: readonly number[]): boolean {
    const start = this.#starts[number];
    if (this.#starts[number + 1] - start !== sequence.length) return false;
    for (let i = 0; i < sequence.length; i++) if (this.#values[start + i] !== sequence[i]) return false;
    return true;
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2);
    const mask = places.length - 1;
    for (let number = 0; number < this.count; number++) {
      let place = hash(this.#values.slice(this.#starts[number], this.#starts[number + 1])) & mask;
      while (places[place] > 0) place = (place + 1) & mask;
      places[place] = number + 1;
    }
    this.#places = places;
  }
}

/** Multiplied and shifted word by word, as in MurmurHash3's finish; what is beyond 32 bits of a number does not count. */
function hash(sequence: readonly number[]): number {
  let state = sequence.length;
  for (let i = 0; i < sequence.length; i++) {
    state = Math.imul(state ^ sequence[i], 0x85ebca6b);
    state ^= state >>> 13;
  }
  state = Math.imul(state, 0xc2b2ae35);
  return state ^ (state >>> 16);
}
