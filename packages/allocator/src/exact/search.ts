/**
 * Depth-first search for a placement below a capacity, after minimalloc (Moffitt, "MiniMalloc: A Lightweight Memory Allocator for
 * Hardware-Accelerated Machine Learning", 2023). Each level places one block, at the lowest offset at which it fits.
 *
 * Complete, for uniform blocks, because a solution may be assumed in which no block can be moved down: listed from the lowest offset to
 * the highest, each lies where it fits best among those before it. So
 * - offsets never decrease along a path, and among equal offsets the ranks do not (*canonical*);
 * - no block goes to an offset at which or below which another one could end: that one would go there first (*dominance*);
 * - when no block left crosses the time between two sections, what is left and right of it are problems of their own (*decomposition*):
 *   if one of them has no solution, the other is not to be varied.
 *
 * The path is kept in arrays, not on the stack of calls: the search can stop after any number of nodes and go on later.
 */
import type { Instance } from './instance.ts';
import { type Ranking, ranked } from './ranking.ts';
import { type Rules as Inference, State } from './state.ts';

export interface Rules extends Inference {
  readonly canonical: boolean;
  readonly dominance: boolean;
  readonly decomposition: boolean;
}

export const allRules: Rules = {
  canonical: true,
  dominance: true,
  decomposition: true,
  sections: true,
  inference: true,
};

/** `solved`: the offsets are in `offsets`. `exhausted`: there is no solution of the kind searched for. `open`: not finished. */
export type Progress = 'solved' | 'exhausted' | 'open';

/** A part of the problem that is solved by itself: blocks in the order of their ranks, within some sections. */
interface Part {
  readonly blocks: Int32Array;
  readonly from: number;
  readonly to: number;
  /** The level whose placement made it; −1 for what there is at the beginning. */
  readonly maker: number;
  /** Its own first level. */
  root: number;
  /** What is to be solved after it. */
  next?: Part;
  /** Below it lies none of its blocks. */
  readonly floor: number;
}

interface Level {
  readonly part: Part;
  /** Blocks of the part that were left when this was made, and perhaps some placed since. */
  readonly blocks: Int32Array;
  /** What was placed last in this part: its offset, and the index in `blocks` from which on equal offsets are allowed. */
  readonly floor: number;
  readonly fromRank: number;
  /** What is to be solved after this part. */
  readonly agenda: Part | undefined;
  /** Candidates, best first, as indices in `blocks`; `tried` of them have been. */
  readonly candidates: Int32Array;
  tried: number;
  /** The block this level has placed at the moment, and where the trail was before; −1 if none. */
  block: number;
  mark: number;
}

export class Search {
  readonly #instance: Instance;
  readonly #ranking: Ranking;
  readonly #rules: Rules;
  readonly #state: State;
  /** By the time between section s and s + 1: how many blocks that are not placed cross it. */
  readonly #crossing: Int32Array;
  readonly #levels: Level[] = [];
  readonly #scratch: Int32Array;
  #begun = false;
  #nodes = 0;

  /** Once `isOver` says true, the search may say that it is `open` for ever. */
  constructor(instance: Instance, capacity: number, ranking: Ranking, rules: Rules, isOver: () => boolean) {
    this.#instance = instance;
    this.#ranking = ranking;
    this.#rules = rules;
    this.#state = new State(instance, capacity, rules, isOver);
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

  /** The same part, with one block less. Lists that hold more placed blocks than others are written anew. */
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

  /** All that may be the next to be placed, by offset, then by rank. */
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

  /** Nothing works here: back to where there is something else to try. */
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

  /** Where nothing crosses any more since `block` is placed, the part falls into parts; the fullest comes first. */
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

/** Whether nothing of the part is left. */
function isDone({ blocks }: Level, { isPlaced }: State): boolean {
  return blocks.every(b => isPlaced[b] === 1);
}

function crossingsOf({ count, sections, spanFrom, spanEnd }: Instance, { isPlaced }: State): Int32Array {
  const crossing = new Int32Array(sections);
  for (let b = 0; b < count; b++) {
    if (isPlaced[b] === 1) continue;
    for (let s = spanFrom[b]; s + 1 < spanEnd[b]; s++) crossing[s]++;
  }
  return crossing;
}
