/** Suggestions ("did you mean …") as the help of diagnostics. */
import { closest } from '@tessera-dnn/diagnostics';
import { advised, renamed } from '../habits.ts';

/**
 * The limit on comparisons of letters for all suggestions of one run. It allows thousands of suggestions in an ordinary program, and a few
 * in one with many thousand names.
 */
const mostCompared = 20_000_000;

/** Makes suggestions as long as that is cheap. With very many mistakes among very many names, later mistakes get none. */
export class Suggestions {
  #compared = 0;

  /** Like {@link didYouMean}. `candidates` is called only if the names will be compared. */
  of(name: string, candidates: () => readonly string[]): string | undefined {
    if (this.#compared > mostCompared) return undefined;
    const known = candidates();
    this.#compared +=
      known.reduce((sum, candidate) => sum + Math.min(candidate.length, longest), 0) * Math.min(name.length, longest);
    return didYouMean(name, known);
  }
}

/** Names that are longer are not compared. */
const longest = 100;

/**
 * A suggestion: what to write for a name of another library, or the candidate that is nearest to a mistyped name. Undefined if there is
 * none.
 */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const translated = renamed.get(name);
  const isKnown = translated !== undefined && known.includes(translated);
  const advice = isKnown ? undefined : advised.get(name);
  if (advice !== undefined) return advice;
  const best = isKnown ? translated : closest(name, known);
  return best === undefined ? undefined : `did you mean ${best}?`;
}
