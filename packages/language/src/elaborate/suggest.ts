/** "Did you mean …" as the help of a diagnostic. */
import { closest } from '@tessera/diagnostics';
import { advised, renamed } from '../habits.ts';

/** Letters that are compared with letters in all suggestions of one run: thousands of suggestions in a program, a few in one of many thousand names. */
const mostCompared = 20_000_000;

/** Looks for what was meant, as long as that is cheap: with very many mistakes among very many names, the later ones get no suggestion. */
export class Suggestions {
  #compared = 0;

  /** As {@link didYouMean}; the candidates are asked for only if they will be looked at. */
  of(name: string, candidates: () => readonly string[]): string | undefined {
    if (this.#compared > mostCompared) return undefined;
    const known = candidates();
    this.#compared +=
      known.reduce((sum, candidate) => sum + Math.min(candidate.length, longest), 0) * Math.min(name.length, longest);
    return didYouMean(name, known);
  }
}

/** What is longer is not compared. */
const longest = 100;

/** A suggestion of what the name means elsewhere, or of the candidate nearest to a mistyped one, if one is near. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const translated = renamed.get(name);
  const isKnown = translated !== undefined && known.includes(translated);
  const advice = isKnown ? undefined : advised.get(name);
  if (advice !== undefined) return advice;
  const best = isKnown ? translated : closest(name, known);
  return best === undefined ? undefined : `did you mean ${best}?`;
}
