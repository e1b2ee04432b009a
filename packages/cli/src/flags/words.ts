/** Flags that stand in one text, as those of `--with` do. */

/**
 * Cuts a text at its blanks, except between quotes, single or double, which are left out: `--set "net.n=4" --chip 'my chip.json'`. A backslash is a letter like
 * others, since paths have it. Returns undefined where a quote does not end.
 */
export function wordsOf(text: string): readonly string[] | undefined {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+|["']/g) ?? [];
  if (words.some(word => word === '"' || word === "'")) return undefined;
  return words.map(word => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
