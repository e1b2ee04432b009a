/**
 * Text from outside, made fit to be shown. A terminal obeys control characters: a name could move the cursor, clear the screen or write
 * the clipboard. Others turn the direction of writing and show a name as what it is not. Each becomes its escape, as in JSON: `\u001b`.
 */

const controls = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** `text` with its control characters as escapes; it may have several lines, so line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(controls, char => (char === '\n' || char === '\t' ? char : escapeOf(char)));
}

/** `name` with all control characters as escapes, so that it stays on one line. */
export function printableName(name: string): string {
  return name.replace(controls, escapeOf);
}

/** Every character of `controls` is a single UTF-16 unit, so four digits suffice. */
function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
