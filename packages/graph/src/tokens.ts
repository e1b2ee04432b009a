/** The tokens of the graph's text form. */
import { InternalError } from '@tessera-dnn/diagnostics';

export type TokenKind = 'word' | 'string' | 'number' | 'value' | 'step' | 'mark' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A value's or a step's number without its sign, a string without its quotes. */
  readonly text: string;
  readonly line: number;
}

const pattern =
  /(?<space>\s+|\/\/[^\n]*)|(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?(?:\d[\d.]*(?:[eE][+-]?\d+)?|inf\b)|nan\b|inf\b)|%(?<value>\d+)|\$(?<step>\d+)|(?<word>(?:[A-Za-z_#]|\$(?=[A-Za-z_]))[\w.$#]*)|(?<mark>[[\](){}:;,=])/gy;

/** Throws an {@link InternalError} with the line on text that is none. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw new InternalError('parse', `unexpected ${text[at]} in line ${line}`);
    at = pattern.lastIndex;
    const token = tokenOf(match, line);
    if (token !== undefined) tokens.push(token);
    line += match[0].split('\n').length - 1;
  }
  tokens.push({ kind: 'end', text: '', line });
  return tokens;
}

function tokenOf(match: RegExpExecArray, line: number): Token | undefined {
  for (const kind of ['word', 'number', 'value', 'step', 'mark'] as const) {
    const text = match.groups?.[kind];
    if (text !== undefined) return { kind, text, line };
  }
  const string = match.groups?.['string'];
  return string === undefined ? undefined : { kind: 'string', text: String(JSON.parse(string)), line };
}

/** The number of a token: decimal, or `inf`, `-inf`, `nan`, as `showNumber` writes them. Who made the token has seen that it is one. */
export function readNumber(text: string): number {
  if (text === 'nan') return Number.NaN;
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
