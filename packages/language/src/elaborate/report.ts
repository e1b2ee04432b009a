/**
 * Collects the diagnostics of one run: none twice. The same mistake at the same place is one diagnostic, whichever of a block's calls
 * meets it first; that call, and those around it, become notes.
 */
import { type Diagnostic, isError, type Label, type Note, type Span } from '@tessera/diagnostics';
import type { Origin } from '@tessera/graph';
import type { Code } from '../explain/catalogue.ts';
import { Suggestions } from './suggest.ts';

/** A diagnostic before the calls that led to it are added. */
export interface Report {
  readonly code: Code;
  readonly message: string;
  readonly span?: Span;
  readonly labels?: readonly Label[];
  readonly notes?: readonly Note[];
  readonly help?: string;
}

/** How many of the calls around a faulty line are shown: the innermost, and the outermost one. */
const shownCalls = 6;

/** The diagnostics of one elaboration. */
export class Reporter {
  readonly suggestions = new Suggestions();
  readonly #seen = new Set<string>();
  /** Names of the files that could be read in part only. */
  readonly #torn = new Set<string>();
  /** Names of the files that lack what a failed import would have brought. */
  readonly #lacking = new Set<string>();
  readonly #diagnostics: Diagnostic[] = [];

  /** In the order of the texts, the files in the order in which they were first complained of; what has no place comes first. */
  get diagnostics(): readonly Diagnostic[] {
    const names = new Set(this.#diagnostics.map(diagnostic => diagnostic.span?.source.name));
    const ranks = new Map([...names].map((name, rank) => [name, rank]));
    const rank = ({ span }: Diagnostic) => (span === undefined ? -1 : (ranks.get(span.source.name) ?? 0));
    return this.#diagnostics.toSorted((a, b) => rank(a) - rank(b) || (a.span?.start ?? 0) - (b.span?.start ?? 0));
  }

  /** Whether anything was an error so far. */
  get failed(): boolean {
    return this.#diagnostics.some(isError);
  }

  /** `calls`: innermost first. */
  error(report: Report, calls: readonly Span[] = []): void {
    this.#add({ severity: 'error', ...report }, calls);
  }

  warning(report: Report, calls: readonly Span[] = []): void {
    this.#add({ severity: 'warning', ...report }, calls);
  }

  /** Diagnostics of the parser, as they are. */
  append(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#add(diagnostic, []);
    this.expect(diagnostics);
  }

  /** Diagnostics of the parser that are reported elsewhere: what follows from them is not reported here. */
  expect(diagnostics: readonly Diagnostic[]): void {
    for (const { span } of diagnostics.filter(isError)) if (span !== undefined) this.#torn.add(span.source.name);
  }

  /** What a file lacks that was read in part, or whose import failed, may be no mistake of its own; a near miss still is. */
  #isConsequence({ code, span, help }: Diagnostic): boolean {
    const name = span?.source.name ?? '';
    if (code === 'no-value' || code === 'result-mismatch') return this.#torn.has(name);
    return code === 'unknown-name' && help === undefined && this.#lacking.has(name);
  }

  #add(found: Diagnostic, calls: readonly Span[]): void {
    const { diagnostic, outer } = atUsersCall(found, calls);
    const key = diagnostic.span === found.span ? keyOf(diagnostic) : keyOf({ ...diagnostic, code: 'inside' });
    if (this.#seen.has(key) || this.#isConsequence(diagnostic)) return;
    this.#seen.add(key);
    if (diagnostic.code === 'import-not-found' && diagnostic.span) this.#lacking.add(diagnostic.span.source.name);
    const notes = [...(diagnostic.notes ?? []), ...callNotes(outer)];
    this.#diagnostics.push(notes.length === 0 ? diagnostic : { ...diagnostic, notes });
  }
}

/**
 * What goes wrong inside the prelude is a mistake in the call of it: that call is shown, once, the line of the prelude is a note. Remarks on
 * other places of the prelude would only name what its reader never wrote.
 */
function atUsersCall(
  diagnostic: Diagnostic,
  calls: readonly Span[],
): { readonly diagnostic: Diagnostic; readonly outer: readonly Span[] } {
  const { span, notes = [] } = diagnostic;
  const at = calls.findIndex(call => !isPrelude(call));
  if (span === undefined || !isPrelude(span) || at < 0) return { diagnostic, outer: calls };
  const inside = { message: 'found inside it, here', span };
  const ours = notes.filter(note => note.span === undefined || !isPrelude(note.span));
  return {
    diagnostic: { ...diagnostic, span: calls[at], labels: undefined, notes: [...ours, inside] },
    outer: calls.slice(at + 1),
  };
}

/** The innermost place of an origin that is not in the prelude. */
export function usersSpan({ span, calls = [] }: Origin): Span | undefined {
  return [...(span === undefined ? [] : [span]), ...calls].find(place => !isPrelude(place)) ?? span;
}

/** Texts in no file of the user's have names in angle brackets. */
function isPrelude({ source }: Span): boolean {
  return source.name.startsWith('<');
}

function keyOf({ code, span, message }: Diagnostic): string {
  return span === undefined ? `${code} ${message}` : `${code} ${span.source.name} ${span.start} ${span.end}`;
}

function callNotes(calls: readonly Span[]): Note[] {
  const note = (span: Span): Note => ({ message: 'in this call', span });
  const apart = calls.filter((span, at) => at === 0 || !sameSpan(span, calls[at - 1]));
  if (apart.length <= shownCalls) return apart.map(note);
  const left = apart.length - shownCalls;
  const between = { message: `… and ${left} calls between` };
  return [...apart.slice(0, shownCalls - 1).map(note), between, note(apart[apart.length - 1])];
}

/** A block that calls itself is one line, however often. */
function sameSpan(a: Span, b: Span): boolean {
  return a.source === b.source && a.start === b.start && a.end === b.end;
}
