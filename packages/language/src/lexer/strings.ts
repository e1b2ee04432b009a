/**
 * Strings. The lexer takes a whole string, interpolations and the strings inside them included, as one token; it ends
 * at its quote or, unfinished, at the end of the line. `splitString` then takes it apart.
 */
import { type CustomPatternMatcherFunc, createToken } from 'chevrotain';
import { stringNestingLimit } from './limit.ts';

export interface StringExtent {
  /** One past the closing quote; of an unfinished string, the end of the line. */
  readonly end: number;
  readonly closed: boolean;
  /** Whether strings are nested in it beyond the limit. It is then taken to end with its line, and its contents are not read. */
  readonly tooDeep: boolean;
}

/** How far the string that begins at `start` reaches. */
export function scanString(text: string, start: number): StringExtent {
  // What is open around the current character: 's' is a string, '{' a brace of an interpolation.
  const open: ('s' | '{')[] = ['s'];
  let at = start + 1;
  for (; at < text.length && open.length <= 2 * stringNestingLimit; at++) {
    const char = text[at];
    if (char === '\n' || char === '\r') break;
    const inString = open.at(-1) === 's';
    if (char === '"' && inString) open.pop();
    else if (char === '"') open.push('s');
    else if (char === '{') open.push('{');
    else if (char === '}' && !inString) open.pop();
    else if (char === '\\' && inString && at + 1 < text.length && !/[\r\n]/.test(text[at + 1]!)) at++;
    if (open.length === 0) return { end: at + 1, closed: true, tooDeep: false };
  }
  return open.length > 2 * stringNestingLimit
    ? { ...restOfLine(text, at), tooDeep: true }
    : scanPlainString(text, start);
}

/** A brace in the string is never closed: the string ends at its next quote, if it has one. */
function scanPlainString(text: string, start: number): StringExtent {
  for (let at = start + 1; at < text.length && text[at] !== '\n' && text[at] !== '\r'; at++) {
    if (text[at] === '"') return { end: at + 1, closed: true, tooDeep: false };
    if (text[at] === '\\') at++;
  }
  return { ...restOfLine(text, start), tooDeep: false };
}

function restOfLine(text: string, from: number): Omit<StringExtent, 'tooDeep'> {
  const length = text.slice(from).search(/[\r\n]/);
  return { end: length === -1 ? text.length : from + length, closed: false };
}

const matchString: CustomPatternMatcherFunc = (text, offset) => {
  if (text[offset] !== '"') return null;
  return [text.slice(offset, scanString(text, offset).end)];
};

export const StringLiteral = createToken({
  name: 'String',
  pattern: { exec: matchString },
  line_breaks: false,
  start_chars_hint: ['"'],
});

/** A run of a string: text, an unknown escape sequence, or an interpolation with its braces. */
export type StringRun =
  | { readonly kind: 'text'; readonly value: string; readonly start: number; readonly end: number }
  | { readonly kind: 'bad-escape'; readonly start: number; readonly end: number }
  | { readonly kind: 'interpolation'; readonly closed: boolean; readonly start: number; readonly end: number };

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '{': '{',
  '}': '}',
};

/** Takes the string `text[start, end)` apart without its quotes. The runs are in order, and neighbouring texts are joined. */
export function splitString(text: string, start: number, end: number, closed: boolean): readonly StringRun[] {
  const runs: StringRun[] = [];
  const stop = closed ? end - 1 : end;
  const addText = (value: string, from: number, to: number): void => {
    const last = runs.at(-1);
    if (last?.kind === 'text') runs[runs.length - 1] = { ...last, value: last.value + value, end: to };
    else runs.push({ kind: 'text', value, start: from, end: to });
  };
  for (let at = start + 1; at < stop; ) {
    const from = at;
    if (text[at] === '{') {
      const interpolation = scanInterpolation(text, at, stop);
      at = interpolation.end;
      runs.push({ kind: 'interpolation', closed: interpolation.closed, start: from, end: at });
    } else if (text[at] === '\\') {
      at = Math.min(at + 2, stop);
      const value = escapes[text.slice(from + 1, at)];
      if (value === undefined) runs.push({ kind: 'bad-escape', start: from, end: at });
      else addText(value, from, at);
    } else {
      while (at < stop && text[at] !== '{' && text[at] !== '\\') at++;
      addText(text.slice(from, at), from, at);
    }
  }
  return runs;
}

/** One past the brace that closes the one at `start`, or `stop` if none does. */
function scanInterpolation(
  text: string,
  start: number,
  stop: number,
): { readonly end: number; readonly closed: boolean } {
  let depth = 0;
  for (let at = start; at < stop; at++) {
    if (text[at] === '"') at = Math.min(scanString(text, at).end, stop) - 1;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return { end: at + 1, closed: true };
  }
  return { end: stop, closed: false };
}
