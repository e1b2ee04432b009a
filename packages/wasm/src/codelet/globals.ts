/**
 * The globals of codelets, which are the first of the module.
 *
 * Those of four lanes hold what V8 would otherwise keep in registers through the innermost loop of a contraction. That loop needs all
 * registers, so for each value kept through it a sum is spilled, and stored and loaded on every turn.
 *
 * - Cells that codelets keep aside. No codelet runs inside another, so all have the same globals, which hold nothing between two calls.
 * - Words that conversions need in all lanes. Constants would not do: V8 makes equal ones once, where the first is needed, and keeps them. Nor
 *   does a global that is only read. So whoever reads one writes it back, which changes nothing, but V8 has to read it again after a loop
 *   that does.
 *
 * And, where threads divide vertices, how many workers divide the one that runs. Every thread has an instance of the module, and so globals of
 * its own.
 */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import binaryen from 'binaryen';
import { vectorConstant } from './lanes.ts';

/** Where codelets get the globals that hold a word in all lanes. */
export interface WordGlobals {
  /** The name in Binaryen of the one that holds `word`. */
  word(word: number): string;
}

/** The globals of all codelets of a module: those of cells aside first, then those of words. */
export class Globals implements WordGlobals {
  readonly #aside: number;
  readonly #words: number[] = [];

  /** With as many for cells as the codelet with most of them needs. */
  constructor(codes: readonly KernelCode[]) {
    this.#aside = codes.reduce((most, { aside = [] }) => Math.max(most, aside.length), 0);
  }

  word(word: number): string {
    if (!this.#words.includes(word)) this.#words.push(word);
    return globalName(this.#aside + this.#words.indexOf(word));
  }

  /** By number, the word that each holds in all lanes at the start. */
  get initial(): readonly number[] {
    return [...new Array<number>(this.#aside).fill(0), ...this.#words];
  }
}

/** Adds the mutable globals with these words in all lanes to the module, as its first. */
export function addGlobals(m: binaryen.Module, initial: readonly number[]): void {
  initial.forEach((word, index) => {
    m.addGlobal(globalName(index), binaryen.v128, true, vectorConstant(m, 'i32x4', word));
  });
}

/** The name in Binaryen of the global that says how many workers divide a vertex. */
export const workersName = 'workers';

/** Adds that global, after those of {@link addGlobals}: 1 while nobody says otherwise. */
export function addWorkers(m: binaryen.Module): void {
  m.addGlobal(workersName, binaryen.i32, true, m.i32.const(1));
}

/** The name in Binaryen of global `index`, counted from 0. */
export function globalName(index: number): string {
  return `aside${index}`;
}
