/**
 * The state of a search: the blocks placed so far, and what follows from that for the others. Every change is recorded on a trail, so that
 * a step, and undoing it, costs only as much as it changes.
 *
 * For every block that is not placed it knows two numbers. `next` is the lowest offset at which it fits among the placed blocks, and not
 * below the last of them that is live with it: there it goes if it is placed next. `least` is an offset below which it lies in no solution
 * that can still be reached: `next`, raised by inference. A block whose `least` is above its `next` cannot be placed next.
 *
 * Of a section in which a total T is still to be placed, below the address R (its *roof*), this follows:
 * - one of its blocks is the lowest there, with all others above it; that can only be one whose `least` is at most R − T (a *first*);
 * - if there is none, there is no solution: the floor of the section plus its total exceeds the capacity;
 * - every other block is above some first, so not below the lowest end of a first;
 * - if there is only one first, the same holds for the other blocks above it.
 * Raising a block may change which are firsts in its other sections, so these are looked at again, until nothing changes. In the scheduling
 * of jobs on one machine this is the not-first rule (Carlier and Pinson 1989; Baptiste, Le Pape and Nuijten 2001).
 */
import { roundUp } from '../congruence.ts';
import { Agenda } from './agenda.ts';
import { leastAllowed, leastAllowedBehind } from './forbidden.ts';
import type { Instance } from './instance.ts';
import { Trail } from './trail.ts';

/** Which conclusions are drawn. Each can be left out to measure what it is worth. */
export interface InferenceRules {
  /** A section whose floor plus total is above the capacity ends a branch. */
  readonly sections: boolean;
  /** Blocks that cannot be the lowest of a section are raised above one that can. */
  readonly inference: boolean;
}

const entriesBetweenLooks = 2 ** 18;

/** The state of one search. What it offers to change it can be undone in the opposite order. */
export class SearchState {
  readonly #instance: Instance;
  readonly #rules: InferenceRules;
  readonly #capacity: number;
  readonly isPlaced: Uint8Array;
  readonly offset: Float64Array;
  readonly next: Float64Array;
  readonly least: Float64Array;
  /** By section: how much is still to be placed there, and below which address. */
  readonly total: Float64Array;
  readonly #roof: Float64Array;
  /** Whether `next` may have to pass blocks that are placed higher up: there are some if blocks are fixed, or not uniform. */
  readonly #jumps: boolean;
  readonly #trail: Trail;
  /** The sections about which something is still to be concluded. */
  readonly #agenda: Agenda;
  /** Working space: the entries of one section that are not placed. */
  readonly #rest: Int32Array;
  readonly #isOver: () => boolean;
  /** How many entries inference has looked at since it last asked `isOver`. */
  #looked = 0;
  /** Whether it had to stop in the middle of an inference; all that it has answered since then is without meaning. */
  wasCut = false;

  constructor(instance: Instance, capacity: number, rules: InferenceRules, isOver: () => boolean) {
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

  /** The present point, to which `undo` can go back. */
  get mark(): number {
    return this.#trail.mark;
  }

  /** Draws the first conclusions, about all sections. False if there is no solution at all. */
  begin(): boolean {
    const { count, extent, sections } = this.#instance;
    for (let b = 0; b < count; b++) {
      if (this.next[b] + extent[b] > this.#capacity || this.offset[b] + extent[b] > this.#capacity) return false;
    }
    for (let s = 0; s < sections; s++) this.#agenda.add(s);
    return this.#settle(0);
  }

  /**
   * Places `block` at its `next` and draws the conclusions; false if no solution is left. In an orderly search no later block will lie
   * below it, so that its offset is a floor for the sections `from … to − 1`. Whatever the result, `undo` takes the placement back.
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

  /** Takes back the last placement, that of `block`, and all changes since `mark`. */
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

  /** A fixed block directly below the roof of a section lowers that roof to its own lowest address. */
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

  /** Raises the `next` of all blocks that can no longer lie there because `block` does. False if one of them is then too high. */
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

  /** The lowest offset of `block`, at or above `from`, at which it lies over no placed block. */
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

  /** Whether one of these sections has no room above `floor` for all that is still to be placed there. */
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

  /** Draws conclusions about the queued sections until none is left; raised blocks put theirs in again. False if there is no solution. */
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
