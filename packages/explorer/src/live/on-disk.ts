/** What becomes of the text that is being written when its file is written too. */

/**
 * `keep`: the file says what it said before, or what is written here. `replace`: nobody has written here, so the page shows the file. `offer`: both have
 * changed, and only the user knows which one counts.
 */
export type OnChange = 'keep' | 'replace' | 'offer';

/** `held`: the text in the editor. `before`, `now`: the file's, when it was last read and now. Ends of lines do not count: an editor has its own. */
export function onChange(held: string, before: string, now: string): OnChange {
  const [heldText, beforeText, nowText] = [held, before, now].map(text => text.replace(/\r\n?/g, '\n'));
  if (nowText === beforeText || nowText === heldText) return 'keep';
  return heldText === beforeText ? 'replace' : 'offer';
}
