/**
 * "Did you mean": the candidate nearest to a mistyped name, by optimal string alignment (Levenshtein's distance with
 * swaps of neighbours; Boytsov 2011). Near means at most one edit in three characters; upper and lower case count as equal.
 */

/** Names longer than this are not compared: the cost is quadratic, and whoever writes such a name has copied it. */
const longestName = 100;

/** The candidate nearest to `name`, the first among equals; `undefined` if none is near. Never `name` itself. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < name.length) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The least number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; infinite for very long names. */
export function editDistance(a: string, b: string): number {
  if (Math.max(a.length, b.length) > longestName) return Number.POSITIVE_INFINITY;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? beforeLast[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
