/** "Did you mean …" as the help of a diagnostic. */
import { closest } from '@tessera/diagnostics';

/** A suggestion of the candidate nearest to a mistyped name, if one is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const best = closest(name, candidates);
  return best === undefined ? undefined : `did you mean ${best}?`;
}
