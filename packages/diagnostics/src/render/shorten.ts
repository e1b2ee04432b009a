/** Names and lists of any length come from outside: what is shown of them ends somewhere. */

/** A word longer than this loses its middle. */
const longestWord = 200;
/** A text longer than this loses its end. */
const longestText = 4000;

/** `text` with its long words and itself cut to what people read. */
export function shorten(text: string): string {
  const whole = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return whole.length > longestWord ? whole.replaceAll(/\S{201,}/g, middleCut) : whole;
}

function middleCut(word: string): string {
  return `${word.slice(0, (2 * longestWord) / 4)}…${word.slice(-longestWord / 4)}`;
}
