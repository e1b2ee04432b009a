/**
 * Reads one line, word by word. What is not as expected becomes a diagnostic at its place; after the first of a line everything that is
 * asked for is there in name only (0, an empty text, an empty list), so that whoever reads goes straight on to the next line.
 */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import { readNumber } from '../tokens.ts';
import { type ElementType, elementTypes, type TensorType } from '../types.ts';
import type { TextLine } from './lines.ts';

type Kind = 'word' | 'number' | 'string' | 'mark' | 'end';

interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly start: number;
}

const token =
  /(?<number>-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|inf\b|nan\b))|(?<word>[A-Za-z_]\w*(?:-[A-Za-z]\w*)*)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<mark>->|[[\](),:=+*@.])/y;

/** Reads the words, numbers, strings and marks of one line in their order. */
export class LineReader {
  readonly line: TextLine;
  readonly #problems: Diagnostic[];
  #next: Token;
  #failed = false;

  /** Diagnostics are added to `problems`. */
  constructor(line: TextLine, problems: Diagnostic[]) {
    this.line = line;
    this.#problems = problems;
    this.#next = this.#scan(line.start);
  }

  /** Whether `text` is next, as a word or a mark; if so, the reader moves on over it. */
  accepts(text: string): boolean {
    const { kind } = this.#next;
    if (this.#next.text !== text || (kind !== 'word' && kind !== 'mark')) return false;
    this.#advance();
    return true;
  }

  /** Moves over `text`, or reports that it is missing. */
  expect(text: string): void {
    if (!this.accepts(text)) this.fail(text);
  }

  /** Any word. */
  word(what = 'a word'): string {
    return this.#take('word', what);
  }

  /** A word that names an entry of `choices`. */
  oneOf<T extends string>(choices: Readonly<Record<T, unknown>>, what: string): T {
    const { kind, text } = this.#next;
    if (kind === 'word' && Object.hasOwn(choices, text)) return this.word() as T;
    this.fail(what);
    return Object.keys(choices)[0] as T;
  }

  /** A text in quotes, escaped as in JSON. */
  string(): string {
    const { kind, text } = this.#next;
    if (kind !== 'string') {
      this.fail('a text in quotes');
      return '';
    }
    let read = '';
    try {
      read = String(JSON.parse(text));
    } catch {
      this.fail('a text in quotes as JSON has them');
    }
    this.#advance();
    return read;
  }

  /** Whether a number is next. */
  hasNumber(): boolean {
    return this.#next.kind === 'number';
  }

  /** Whether a text in quotes is next. */
  hasString(): boolean {
    return this.#next.kind === 'string';
  }

  /** Any number, `inf` and `nan` included. */
  number(): number {
    return readNumber(this.#take('number', 'a number') || '0');
  }

  /** A whole number from `least` to below `limit`. */
  whole(what = 'a whole number', least = 0, limit = Number.MAX_SAFE_INTEGER): number {
    const value = Number(this.#next.kind === 'number' ? this.#next.text : Number.NaN);
    if (Number.isInteger(value) && value >= least && value < limit) return this.number();
    this.fail(limit === Number.MAX_SAFE_INTEGER ? what : `${what} from ${least} to ${limit - 1}`);
    return least;
  }

  /** The number of a name such as `b12`, below `limit`. */
  numbered(letter: string, what: string, limit: number): number {
    const value = this.isNumbered(letter) ? Number(this.#next.text.slice(letter.length)) : limit;
    if (value < limit) {
      this.#advance();
      return value;
    }
    this.fail(limit === 0 ? `${what}, of which there are none,` : `${what} from ${letter}0 to ${letter}${limit - 1}`);
    return 0;
  }

  /** Whether a name such as `b12` is next. */
  isNumbered(letter: string): boolean {
    const { kind, text } = this.#next;
    return kind === 'word' && text.startsWith(letter) && /^\d+$/.test(text.slice(letter.length));
  }

  /** `[…]` with commas between the entries. */
  list<T>(entry: () => T): readonly T[] {
    const entries: T[] = [];
    this.expect('[');
    if (this.accepts(']')) return entries;
    while (!this.#failed) {
      entries.push(entry());
      if (this.accepts(']')) break;
      if (!this.accepts(',')) this.fail(', or ]');
    }
    return entries;
  }

  /** A list of numbers: `[1, 2.5]`. */
  numbers(): readonly number[] {
    return this.list(() => this.number());
  }

  /** `f32[2, 3]` */
  type(): TensorType {
    const element = this.oneOf(elements, `one of ${elementTypes.join(', ')}`);
    return { element, shape: this.list(() => this.whole('a whole number, at least 1,', 1)) };
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#next.kind !== 'end') this.fail('the end of the line');
  }

  /** Reports that something else than `wanted` is next, unless the line is known to be wrong. */
  fail(wanted: string): void {
    if (this.#failed) return;
    this.#failed = true;
    const { kind, text, start } = this.#next;
    const { source, start: first, end } = this.line;
    const found = kind === 'end' ? `the ${first === end ? 'text' : 'line'} ends` : `here is ${text}`;
    const problem: Diagnostic<Code> = {
      code: 'malformed-text',
      severity: 'error',
      message: `expected ${wanted} but ${found}`,
      span: { source, start, end: kind === 'end' ? end : start + text.length },
    };
    this.#problems.push(problem);
    this.#next = { kind: 'end', text: '', start: end };
  }

  #take(kind: Kind, what: string): string {
    const { text } = this.#next;
    if (this.#next.kind === kind) {
      this.#advance();
      return text;
    }
    this.fail(what);
    return '';
  }

  #advance(): void {
    if (!this.#failed) this.#next = this.#scan(this.#next.start + this.#next.text.length);
  }

  #scan(from: number): Token {
    const { source, end } = this.line;
    const { text } = source;
    let start = from;
    while (start < end && (text[start] === ' ' || text[start] === '\t' || text[start] === '\r')) start++;
    if (start >= end || text.startsWith('//', start)) return { kind: 'end', text: '', start: end };
    token.lastIndex = start;
    const match = token.exec(text);
    if (!match) return { kind: 'mark', text: text[start], start };
    return { kind: kindOf(match), text: match[0], start };
  }
}

function kindOf({ groups }: RegExpExecArray): Kind {
  if (groups?.['number'] !== undefined) return 'number';
  if (groups?.['word'] !== undefined) return 'word';
  return groups?.['string'] === undefined ? 'mark' : 'string';
}

const elements = Object.fromEntries(elementTypes.map(element => [element, true])) as Readonly<
  Record<ElementType, true>
>;
