/**
 * Codelets that this process has compiled before, found again by their kernel's text.
 *
 * A program is planned again and again: with other shares of memory until it fits, for each point of a sweep, after each key in an editor.
 * Most of its kernels stay what they were, and Binaryen took longer than all of planning around it. A body depends on nothing but its
 * kernel, the options and the numbers of the globals that it reads, so it is taken as it is where these are the same.
 */
import { codeKey, type KernelCode, showKernelHead } from '@tessera-dnn/graph/kernel';
import type { WordGlobals } from './globals.ts';
import { dividesVertices, type LowerOptions } from './lower.ts';

/** One codelet as Binaryen made it. */
export interface Codelet {
  /** Its entry of the code section, without the size prefix. */
  readonly body: Uint8Array;
  /** Whether it holds a relaxed SIMD instruction. */
  readonly relaxed: boolean;
}

/** Globals that note which words were asked for. */
export class AskedGlobals implements WordGlobals {
  readonly #globals: WordGlobals;
  readonly #asked = new Map<number, string>();

  constructor(globals: WordGlobals) {
    this.#globals = globals;
  }

  word(word: number): string {
    const name = this.#globals.word(word);
    this.#asked.set(word, name);
    return name;
  }

  /** The words in the order in which they were first asked for, each with the name that it got. */
  get asked(): ReadonlyMap<number, string> {
    return this.#asked;
  }
}

interface Known extends Codelet {
  readonly words: ReadonlyMap<number, string>;
}

/** Remembers codelets, up to about `mostCharacters` of text and bytes; then it begins anew. */
export class KnownCodelets {
  readonly #mostCharacters: number;
  readonly #known = new Map<string, Known>();
  #characters = 0;

  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  /** The codelet of that key, if these globals give its words the names they had. Its words are among the globals' from then on. */
  find(key: string, globals: WordGlobals): Codelet | undefined {
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    let same = true;
    for (const [word, name] of known.words) same = globals.word(word) === name && same;
    return same ? known : undefined;
  }

  remember(key: string, codelet: Codelet, { asked }: AskedGlobals): void {
    this.#characters += key.length + codelet.body.length;
    if (this.#characters > this.#mostCharacters) {
      this.#known.clear();
      this.#characters = key.length + codelet.body.length;
    }
    this.#known.set(key, { ...codelet, words: asked });
  }
}

/**
 * What a codelet is found by; undefined where it depends on more: how many workers divide a vertex stands in a global after all others, whose
 * number is that of all codelets' globals.
 */
export function keyOf(code: KernelCode, options: LowerOptions): string | undefined {
  if (dividesVertices(options)) return undefined;
  const { math, workers, plain = false } = options;
  return `${math} ${workers} ${plain} ${showKernelHead(code)} ${codeKey(code)}`;
}
