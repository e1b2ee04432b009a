/**
 * Where the search stands: the blocks placed so far, and what follows for the others. Everything that changes is written on a trail, so
 * that a step costs only what it touches, and taking it back as much.
 *
 * Of every block that is not placed it knows two numbers. `next` is the lowest offset at which it fits among the placed blocks, at or
 * above the last of them where it meets it: where it goes if its turn comes. `least` is an offset below which it cannot lie in any
 * solution from here: at least `next`, and raised by inference. Where `least` is above `next`, its turn cannot be now.
 *
 * A section in which a total T is still to be placed, below a roof R, leads to:
 * - one of its blocks is the lowest there, with all others above it; it can only be one whose `least` is at most R − T (*a first*);
 * - if there is none, nothing works: the floor of the section plus its total exceeds the capacity;
 * - every other block is above some first, so not below the lowest end of a first;
 * - if there is but one first, the rest of the section is a section of its own above it.
 * Raising a block may change who is first in its other sections; these are looked at again, until nothing changes. For scheduling jobs
 * on one machine this is known as the not-first rule (Carlier and Pinson 1989; Baptiste, Le Pape and Nuijten 2001).
 */
import { roundUp } from '../congruence.ts';
import { Agenda } from './agenda.ts';
import { leastAllowed, leastAllowedBehind } from './forbidden.ts';
import type { Instance } from './instance.ts';
import { Trail } from './trail.ts';

/** Each rule can be left out, to see what it is worth; a search without one is as correct, and slower. */
export interface Rules {
  /** A section whose floor plus total is above the capacity ends a branch. */
  readonly sections: boolean;
  /** Blocks that cannot be the lowest of a section are raised above one that can. */
  readonly inference: boolean;
}

const entriesBetweenLooks = 2 ** 18;

export class State {
  readonly #instance: Instance;
  readonly #rules: Rules;
  readonly #capacity: number;
  readonly isPlaced: Uint8Array;
  readonly offset: Float64Array;
  readonly next: Float64Array;
  readonly least: Float64Array;
  /** Of every section: what is still to be placed there, and below which address. */
  readonly total: Float64Array;
  readonly #roof: Float64Array;
  /** Whether `next` may have to jump over what is placed higher up: fixed blocks, or such as are not uniform. */
  readonly #jumps: boolean;
  readonly #trail: Trail;
  /** Sections to look at. */
  readonly #agenda: Agenda;
  /** The entries of the section that is looked at. */
  readonly #rest: Int32Array;
  readonly #isOver: () => boolean;
  /** Entries that inference has looked at since it asked last. */
  #looked = 0;
  /** It was over in the middle of an inference: what is concluded since then is worth nothing. */
  wasCut = false;

  constructor(instance: Instance, capacity: number, rules: Rules, isOver: () => boolean) {
    const { count, sections, fixed, isUniform, entry } = instance;
    this.#instance = instance;
    this.#rules = rules;
    this.#isOver = isOver;
    this.#capacity = capacity;
    this.isPlaced = new Uint8Array(count);
    this.offset = new Float64Array(count);
    this.next = new Float64Array(count);
    this.least = new Float64Array(count);
    this.total = new Float64Array(sections);
    this.#roof = new Float64Array(sections).fill(capacity);
    this.#jumps = !isUniform || fixed.some(offset => offset >= 0);
    this.#trail = new Trail([this.next, this.least]);
    this.#agenda = new Agenda(sections);
    this.#rest = new Int32Array(entry.length);
    this.#placeFixed();
  }

  /** What `undo` goes back to. */
  get mark(): number {
    return this.#trail.mark;
  }

  /** The first inference, over all sections; false if there is no solution at all. */
  begin(): boolean {
    const { count, extent, sections } = this.#instance;
    for (let b = 0; b < count; b++) {
      if (this.next[b] + extent[b] > this.#capacity || this.offset[b] + extent[b] > this.#capacity) return false;
    }
    for (let s = 0; s < sections; s++) this.#agenda.add(s);
    return this.#settle(0);
  }

  /**
   * Places `block` at its `next` and draws the conclusions; false if no solution is left. In an orderly search no block will come below
   * it any more, so that all floors of the sections `from … to − 1` are at least its offset. Either way `undo` takes it back.
   */
  place(block: number, from: number, to: number, isOrderly: boolean): boolean {
    const { sectionFrom, section, heightIn } = this.#instance;
    const at = this.next[block];
    this.isPlaced[block] = 1;
    this.offset[block] = at;
    for (let x = sectionFrom[block]; x < sectionFrom[block + 1]; x++) {
      this.total[section[x]] -= heightIn[x];
      this.#agenda.add(section[x]);
    }
    const works =
      this.least[block] <= at &&
      this.#raiseOthers(block, at) &&
      !(isOrderly && this.#rules.sections && this.#isFull(at, from, to)) &&
      this.#settle(isOrderly ? at : 0);
    if (!works) this.#agenda.clear();
    return works;
  }

  /** Takes back the last placement, and all changes after `mark`. */
  undo(block: number, mark: number): void {
    const { sectionFrom, section, heightIn } = this.#instance;
    this.isPlaced[block] = 0;
    for (let x = sectionFrom[block]; x < sectionFrom[block + 1]; x++) this.total[section[x]] += heightIn[x];
    this.#trail.backTo(mark);
  }

  #placeFixed(): void {
    const { count, fixed, section, sectionFrom, heightIn, residue } = this.#instance;
    for (let b = 0; b < count; b++) {
      if (fixed[b] < 0) {
        for (let x = sectionFrom[b]; x < sectionFrom[b + 1]; x++) this.total[section[x]] += heightIn[x];
      } else {
        this.isPlaced[b] = 1;
        this.offset[b] = fixed[b];
      }
    }
    for (let b = 0; b < count; b++) {
      if (fixed[b] < 0) this.next[b] = this.least[b] = this.#jumps ? this.#lowestFree(b, 0) : residue[b];
    }
    this.#lowerRoofs();
  }

  /** Fixed blocks at the very top lower the roof. */
  #lowerRoofs(): void {
    const { sections, entryFrom, entry, low, height, bottom, fixed } = this.#instance;
    for (let s = 0; s < sections; s++) {
      for (let e = entryFrom[s]; e < entryFrom[s + 1]; e++) {
        const from = fixed[entry[e]] + low[e];
        if (fixed[entry[e]] < 0 || height[e] !== bottom[e] || from >= this.#roof[s] || from + height[e] < this.#roof[s])
          continue;
        this.#roof[s] = from;
        e = entryFrom[s] - 1;
      }
    }
  }

  /** Lifts what can no longer lie at its `next` because `block` lies there. */
  #raiseOthers(block: number, at: number): boolean {
    const { extent, alignment, residue, otherFrom, other } = this.#instance;
    const top = at + extent[block];
    for (let x = otherFrom[block]; x < otherFrom[block + 1]; x++) {
      const b = other[x];
      if (this.isPlaced[b] === 1) continue;
      const was = this.next[b];
      if (was >= top) continue;
      let to = top;
      if (this.#jumps) {
        if (this.#isAllowed(x, block, was - at)) continue;
        to = this.#lowestFree(b, Math.max(was, at));
      } else to = roundUp(top, alignment[b], residue[b]);
      this.#trail.set(0, b, to);
      if (this.least[b] < to && !this.#raise(b, to)) return false;
    }
    return true;
  }

  #isAllowed(x: number, block: number, distance: number): boolean {
    const { isUniform, forbidden, extent, other } = this.#instance;
    if (isUniform) return distance >= extent[block] || distance <= -extent[other[x]];
    return leastAllowed(forbidden[x], distance) === distance;
  }

  /** The lowest offset of `block` from `from` on at which it meets nothing that is placed. */
  #lowestFree(block: number, from: number): number {
    const { otherFrom, other, alignment, residue, isUniform, forbidden, extent } = this.#instance;
    let candidate = roundUp(from, alignment[block], residue[block]);
    for (let x = otherFrom[block]; x < otherFrom[block + 1]; x++) {
      const placed = other[x];
      if (this.isPlaced[placed] === 0) continue;
      const distance = candidate - this.offset[placed];
      const allowed = isUniform
        ? distance > -extent[block] && distance < extent[placed]
          ? extent[placed]
          : distance
        : leastAllowedBehind(forbidden[x], distance);
      if (allowed === distance) continue;
      candidate = roundUp(this.offset[placed] + allowed, alignment[block], residue[block]);
      x = otherFrom[block] - 1;
    }
    return candidate;
  }

  /** No block of these sections can lie below `floor` any more. */
  #isFull(floor: number, from: number, to: number): boolean {
    const total = this.total;
    const roof = this.#roof;
    for (let s = from; s < to; s++) if (total[s] > 0 && floor + total[s] > roof[s]) return true;
    return false;
  }

  #raise(block: number, to: number): boolean {
    const { extent, sectionFrom, section } = this.#instance;
    if (to + extent[block] > this.#capacity) return false;
    this.#trail.set(1, block, to);
    for (let x = sectionFrom[block]; x < sectionFrom[block + 1]; x++) this.#agenda.add(section[x]);
    return true;
  }

  /** Looks at the sections in the queue until there are none; what it raises puts others in. */
  #settle(floor: number): boolean {
    while (!this.#agenda.isEmpty) {
      const s = this.#agenda.take();
      if (this.#isCut(s)) return false;
      if (this.#rules.sections && this.total[s] > 0 && !this.#look(s, floor)) return false;
    }
    return true;
  }

  #isCut(s: number): boolean {
    const { entryFrom } = this.#instance;
    this.#looked += entryFrom[s + 1] - entryFrom[s];
    if (this.#looked < entriesBetweenLooks) return this.wasCut;
    this.#looked = 0;
    this.wasCut ||= this.#isOver();
    return this.wasCut;
  }

  #look(s: number, lowest: number): boolean {
    const { entryFrom, entry, low, height, bottom } = this.#instance;
    const rest = this.#rest;
    const least = this.least;
    const roof = this.#roof[s];
    let total = this.total[s];
    let floor = lowest;
    let count = 0;
    for (let e = entryFrom[s]; e < entryFrom[s + 1]; e++) if (this.isPlaced[entry[e]] === 0) rest[count++] = e;
    while (count > 0) {
      const latest = roof - total;
      let firsts = 0;
      let first = -1;
      let end = Number.POSITIVE_INFINITY;
      for (let i = 0; i < count; i++) {
        const e = rest[i];
        const from = Math.max(least[entry[e]] + low[e], floor);
        if (from > latest) continue;
        firsts++;
        first = i;
        if (from + bottom[e] < end) end = from + bottom[e];
      }
      if (firsts === 0) return false;
      if (firsts === count || !this.#rules.inference) return true;
      for (let i = 0; i < count; i++) {
        const e = rest[i];
        const from = least[entry[e]] + low[e];
        if (from >= end || Math.max(from, floor) <= latest) continue;
        if (!this.#raiseTo(entry[e], end - low[e])) return false;
      }
      if (firsts > 1) return true;
      total -= height[rest[first]];
      rest[first] = rest[--count];
      floor = end;
    }
    return true;
  }

  #raiseTo(block: number, to: number): boolean {
    const { alignment, residue } = this.#instance;
    return this.#raise(block, roundUp(to, alignment[block], residue[block]));
  }
}
