/**
 * Names and lists come from outside, of any length and with any characters: what is shown of them must be short, and must not command the
 * terminal.
 */
import { printable } from '../printable.ts';

/** A word longer than this loses its middle. */
const longestWord = 200;
/** A text longer than this loses its end. */
const longestText = 4000;

/** `text` for people: long words lose their middle, a long text its end, and control characters become escapes. */
export function shorten(text: string): string {
  const whole = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return printable(whole.length > longestWord ? whole.replaceAll(/\S{201,}/g, middleCut) : whole);
}

function middleCut(word: string): string {
  return `${word.slice(0, (2 * longestWord) / 4)}…${word.slice(-longestWord / 4)}`;
}
