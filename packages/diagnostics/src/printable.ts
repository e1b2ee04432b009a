/**
 * Text from outside, made fit to be shown. A terminal obeys control characters: a name could move the cursor, clear the screen or write
 * the clipboard. Others turn the direction of writing and show a name as what it is not. Each becomes its escape, as in JSON: `\u001b`.
 */

const controls = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** A text of several lines: line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(controls, char => (char === '\n' || char === '\t' ? char : escapeOf(char)));
}

/** A name, which is one line. */
export function printableName(name: string): string {
  return name.replace(controls, escapeOf);
}

/** All of these are single UTF-16 units. */
function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
