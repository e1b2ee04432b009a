/**
 * Depth-first search for a placement within a capacity, after minimalloc (Moffitt, "MiniMalloc: A Lightweight Memory Allocator for
 * Hardware-Accelerated Machine Learning", 2023). Each level places one block, at the lowest offset at which it fits.
 *
 * It is complete for uniform blocks, because if there is a solution, there is one in which no block can be moved down. Listed from the
 * lowest offset to the highest, each block of that solution lies at the lowest offset at which it fits among those before it. So
 * - offsets never decrease along a path, and among equal offsets the ranks do not (*canonical*);
 * - no block goes to an offset if another one could end at or below it: that one would be placed there first (*dominance*);
 * - when none of the blocks still to be placed is live both before and after the border of two sections, the sections before it and those
 *   after it are independent problems (*decomposition*): if one has no solution, nothing is gained by varying the other.
 *
 * The path is kept in arrays, not on the stack of calls: the search can stop after any number of nodes and go on later.
 */
import type { Instance } from './instance.ts';
import { type Ranking, ranked } from './ranking.ts';
import { type InferenceRules, SearchState } from './state.ts';

/** Which rules the search uses. Without one of them it is as correct, and slower. */
export interface Rules extends InferenceRules {
  readonly canonical: boolean;
  readonly dominance: boolean;
  readonly decomposition: boolean;
}

/** Every rule, which is the default. */
export const allRules: Rules = {
  canonical: true,
  dominance: true,
  decomposition: true,
  sections: true,
  inference: true,
};

/** `solved`: `offsets` has a solution. `exhausted`: everything was tried, and for uniform blocks there is no solution. `open`: not finished. */
export type Progress = 'solved' | 'exhausted' | 'open';

/** A part of the problem that is solved by itself: blocks in the order of their ranks, within the sections `from … to − 1`. */
interface Part {
  readonly blocks: Int32Array;
  readonly from: number;
  readonly to: number;
  /** The level whose placement cut it off from the rest; −1 for the whole problem. */
  readonly maker: number;
  /** The first of its own levels. */
  root: number;
  /** The part to be solved after it. */
  next?: Part;
  /** No block of the part will lie below this offset. */
  readonly floor: number;
}

/** One step of the path: the choice of the next block of a part. */
interface Level {
  readonly part: Part;
  /** All blocks of the part that are not placed yet, and perhaps some that are. */
  readonly blocks: Int32Array;
  /** The offset of the block placed before, and the index in `blocks` from which on the same offset is allowed. */
  readonly floor: number;
  readonly fromRank: number;
  /** The part to be solved when all blocks of this one are placed. */
  readonly agenda: Part | undefined;
  /** The candidates as indices in `blocks`, the best first; the first `tried` of them have been tried. */
  readonly candidates: Int32Array;
  tried: number;
  /** The block that this level has placed at present (−1 if none), and the length of the trail before that. */
  block: number;
  mark: number;
}

/** One search of one instance at one capacity with one ranking, which can be continued. */
export class Search {
  readonly #instance: Instance;
  readonly #ranking: Ranking;
  readonly #rules: Rules;
  readonly #state: SearchState;
  /** For each section s: how many blocks that are not placed have both s and s + 1 in their spans. */
  readonly #crossing: Int32Array;
  readonly #levels: Level[] = [];
  readonly #scratch: Int32Array;
  #begun = false;
  #nodes = 0;

  /** Once `isOver` has returned true, the search may stay `open` for ever. */
  constructor(instance: Instance, capacity: number, ranking: Ranking, rules: Rules, isOver: () => boolean) {
    this.#instance = instance;
    this.#ranking = ranking;
    this.#rules = rules;
    this.#state = new SearchState(instance, capacity, rules, isOver);
    this.#crossing = crossingsOf(instance, this.#state);
    this.#scratch = new Int32Array(instance.count);
  }

  get nodes(): number {
    return this.#nodes;
  }

  get offsets(): Float64Array {
    return this.#state.offset;
  }

  /** Goes on for at most `nodes` placements. */
  run(nodes: number): Progress {
    const last = this.#nodes + nodes;
    if (!this.#begun) {
      if (!this.#state.begin()) return this.#state.wasCut ? 'open' : 'exhausted';
      this.#begun = true;
      const all = Int32Array.from({ length: this.#instance.count }, (_, b) => b).filter(
        b => this.#state.isPlaced[b] === 0,
      );
      const part = { blocks: this.#rank(all), from: 0, to: this.#instance.sections, maker: -1, root: 0, floor: 0 };
      this.#push(part, part.blocks, 0, 0, undefined);
    }
    const levels = this.#levels;
    while (levels.length > 0) {
      if (this.#state.wasCut) return 'open';
      const level = levels[levels.length - 1];
      if (level.candidates.length === 0 && isDone(level, this.#state)) {
        if (!level.agenda) return 'solved';
        this.#start(level.agenda);
      } else if (level.tried === level.candidates.length) this.#retreat(level);
      else if (this.#nodes >= last) return 'open';
      else this.#step(level);
    }
    return 'exhausted';
  }

  /** Tries the next candidate of `level`. */
  #step(level: Level): void {
    const { part, blocks } = level;
    const index = level.candidates[level.tried++];
    const block = blocks[index];
    this.#nodes++;
    level.mark = this.#state.mark;
    if (!this.#state.place(block, part.from, part.to, this.#rules.canonical)) {
      this.#state.undo(block, level.mark);
      return;
    }
    level.block = block;
    const floor = this.#state.offset[block];
    const parts = this.#rules.decomposition ? this.#cut(level, block, floor) : undefined;
    if (!parts) this.#descend(level, index, floor);
    else {
      for (let p = parts.length - 1; p >= 0; p--) parts[p].next = p + 1 < parts.length ? parts[p + 1] : level.agenda;
      this.#start(parts[0]);
    }
  }

  /** Goes on with the same part without the block that was just placed. A list of which half or more is placed is copied without those. */
  #descend({ part, blocks, agenda }: Level, index: number, floor: number): void {
    const { isPlaced } = this.#state;
    let left = 0;
    let before = 0;
    for (let i = 0; i < blocks.length; i++) {
      if (isPlaced[blocks[i]] === 1) continue;
      left++;
      if (i < index) before++;
    }
    if (left * 2 > blocks.length) this.#push(part, blocks, floor, index, agenda);
    else
      this.#push(
        part,
        blocks.filter(b => isPlaced[b] === 0),
        floor,
        before,
        agenda,
      );
  }

  #start(part: Part): void {
    part.root = this.#levels.length;
    this.#push(part, part.blocks, part.floor, 0, part.next);
  }

  #push(part: Part, blocks: Int32Array, floor: number, fromRank: number, agenda: Part | undefined): void {
    const candidates = this.#candidates(blocks, floor, fromRank);
    this.#levels.push({ part, blocks, floor, fromRank, agenda, candidates, tried: 0, block: -1, mark: 0 });
  }

  /** The blocks that may be placed next, by offset, then by rank; as indices in `blocks`. */
  #candidates(blocks: Int32Array, floor: number, fromRank: number): Int32Array {
    const { isPlaced, next, least } = this.#state;
    const { canonical } = this.#rules;
    const ceiling = this.#rules.dominance ? this.#lowestEnd(blocks) : Number.POSITIVE_INFINITY;
    const found = this.#scratch;
    let count = 0;
    for (let i = 0; i < blocks.length; i++) {
      const b = blocks[i];
      const at = next[b];
      if (isPlaced[b] === 1 || at >= ceiling || least[b] > at) continue;
      if (canonical && (at < floor || (at === floor && i < fromRank))) continue;
      let to = count++;
      for (; to > 0 && next[blocks[found[to - 1]]] > at; to--) found[to] = found[to - 1];
      found[to] = i;
    }
    return found.slice(0, count);
  }

  #lowestEnd(blocks: Int32Array): number {
    const { isPlaced, next } = this.#state;
    const { extent } = this.#instance;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < blocks.length; i++) {
      const b = blocks[i];
      if (isPlaced[b] === 0 && next[b] + extent[b] < lowest) lowest = next[b] + extent[b];
    }
    return lowest;
  }

  /**
   * Leaves a level all of whose candidates have failed. If it was the first of its part, the part has no solution, and the search goes
   * back to the placement that cut the part off, past all other parts that it made.
   */
  #retreat({ part }: Level): void {
    const last = this.#levels.length - 1;
    const target = part.root === last ? part.maker : last - 1;
    this.#levels.pop();
    while (this.#levels.length - 1 > target) this.#takeBack(this.#levels.pop());
    if (target >= 0) this.#takeBack(this.#levels[target]);
  }

  #takeBack(level: Level | undefined): void {
    if (!level || level.block < 0) return;
    if (this.#rules.decomposition) this.#cross(level.block, 1);
    this.#state.undo(level.block, level.mark);
    level.block = -1;
  }

  #cross(block: number, by: number): void {
    const { spanFrom, spanEnd } = this.#instance;
    for (let s = spanFrom[block]; s + 1 < spanEnd[block]; s++) this.#crossing[s] += by;
  }

  /** The parts into which a part falls now that `block` is placed, the fullest first; `undefined` if it stays whole. */
  #cut({ part, blocks }: Level, block: number, floor: number): Part[] | undefined {
    const { spanFrom, spanEnd } = this.#instance;
    this.#cross(block, -1);
    const ends: number[] = [];
    for (let s = spanFrom[block]; s + 1 < spanEnd[block]; s++) if (this.#crossing[s] === 0) ends.push(s + 1);
    if (ends.length === 0) return undefined;
    const left = blocks.filter(b => this.#state.isPlaced[b] === 0);
    const maker = this.#levels.length - 1;
    const parts: Part[] = [];
    let from = part.from;
    for (const to of [...ends, part.to]) {
      const inside = left.filter(b => spanFrom[b] >= from && spanFrom[b] < to);
      if (inside.length > 0) parts.push({ blocks: this.#rank(inside), from, to, maker, root: 0, floor });
      from = to;
    }
    return parts.length > 0 ? this.#fullestFirst(parts) : undefined;
  }

  #fullestFirst(parts: Part[]): Part[] {
    const fill = ({ from, to }: Part) =>
      this.#state.total.subarray(from, to).reduce((most, sum) => Math.max(most, sum), 0);
    return parts.length === 1 ? parts : parts.sort((a, b) => fill(b) - fill(a));
  }

  #rank(blocks: Int32Array): Int32Array {
    return ranked(blocks, this.#ranking, this.#instance, this.#state);
  }
}

/** Whether all blocks of the part are placed. */
function isDone({ blocks }: Level, { isPlaced }: SearchState): boolean {
  return blocks.every(b => isPlaced[b] === 1);
}

function crossingsOf({ count, sections, spanFrom, spanEnd }: Instance, { isPlaced }: SearchState): Int32Array {
  const crossing = new Int32Array(sections);
  for (let b = 0; b < count; b++) {
    if (isPlaced[b] === 1) continue;
    for (let s = spanFrom[b]; s + 1 < spanEnd[b]; s++) crossing[s]++;
  }
  return crossing;
}
