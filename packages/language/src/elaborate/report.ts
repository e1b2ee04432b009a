/**
 * Collects the diagnostics of one run. A mistake in a block is reported once, however often the block is called; the first call that meets
 * it, and the calls around that one, become notes.
 */
import { type Diagnostic, isError, type Label, type Note, type Span } from '@tessera-dnn/diagnostics';
import type { Origin } from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';
import { Suggestions } from './suggest.ts';

/** A diagnostic without the notes about the calls that led to it. */
export interface Report {
  readonly code: Code;
  readonly message: string;
  readonly span?: Span;
  readonly labels?: readonly Label[];
  readonly notes?: readonly Note[];
  readonly help?: string;
}

/** How many of the calls around a faulty line are shown: the innermost ones and the outermost. */
const shownCalls = 6;

/** The diagnostics of one elaboration. */
export class Reporter {
  readonly suggestions = new Suggestions();
  readonly #seen = new Set<string>();
  /** Names of the files in which the parser found errors, so that only a part was understood. */
  readonly #torn = new Set<string>();
  /** Names of the files that lack what a failed import would have brought. */
  readonly #lacking = new Set<string>();
  readonly #diagnostics: Diagnostic[] = [];

  /**
   * The diagnostics in the order of their places. Files come in the order of their first diagnostics; diagnostics without a place come
   * first.
   */
  get diagnostics(): readonly Diagnostic[] {
    const names = new Set(this.#diagnostics.map(diagnostic => diagnostic.span?.source.name));
    const ranks = new Map([...names].map((name, rank) => [name, rank]));
    const rank = ({ span }: Diagnostic) => (span === undefined ? -1 : (ranks.get(span.source.name) ?? 0));
    return this.#diagnostics.toSorted((a, b) => rank(a) - rank(b) || (a.span?.start ?? 0) - (b.span?.start ?? 0));
  }

  /** Whether there has been an error so far. */
  get failed(): boolean {
    return this.#diagnostics.some(isError);
  }

  /** Reports an error. `calls` are those that led to its place, the innermost first. */
  error(report: Report, calls: readonly Span[] = []): void {
    this.#add({ severity: 'error', ...report }, calls);
  }

  /** Whether the check of names has reported the function at this place, which may not be a value there. */
  isRefusedValue(span: Span): boolean {
    return this.#seen.has(keyOf({ code: 'not-a-value', severity: 'error', message: '', span }));
  }

  warning(report: Report, calls: readonly Span[] = []): void {
    this.#add({ severity: 'warning', ...report }, calls);
  }

  /** Adds diagnostics of the parser unchanged. */
  append(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#add(diagnostic, []);
    this.expect(diagnostics);
  }

  /** Notes diagnostics of the parser that are reported elsewhere, so that their consequences are not reported here. */
  expect(diagnostics: readonly Diagnostic[]): void {
    for (const { span } of diagnostics.filter(isError)) if (span !== undefined) this.#torn.add(span.source.name);
  }

  /**
   * Whether the diagnostic may be a consequence of another: a file that was understood in part, or whose import failed, lacks names for
   * that reason. A name that is nearly right is still reported.
   */
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
 * A mistake that shows inside the prelude was made in the call of it. So the diagnostic is moved to that call, and the line of the prelude
 * becomes a note. Remarks on other places in the prelude are left out, since users have not written those lines.
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

/** The innermost place of an origin that is not in the prelude; undefined if there is none. */
export function usersSpan({ span, calls = [] }: Origin): Span | undefined {
  return [...(span === undefined ? [] : [span]), ...calls].find(place => !isPrelude(place)) ?? span;
}

/** Whether the place is in the prelude, whose files have names in angle brackets. */
function isPrelude({ source }: Span): boolean {
  return source.name.startsWith('<');
}

function keyOf({ code, span, message }: Diagnostic): string {
  // What is shown in a loop is shown at each turn.
  return span === undefined || code === 'note'
    ? `${code} ${span?.start} ${message}`
    : `${code} ${span.source.name} ${span.start} ${span.end}`;
}

function callNotes(calls: readonly Span[]): Note[] {
  const note = (span: Span): Note => ({ message: 'in this call', span });
  const apart = calls.filter((span, at) => at === 0 || !sameSpan(span, calls[at - 1]));
  if (apart.length <= shownCalls) return apart.map(note);
  const left = apart.length - shownCalls;
  const between = { message: `… and ${left} calls between` };
  return [...apart.slice(0, shownCalls - 1).map(note), between, note(apart[apart.length - 1])];
}

/** Whether two calls are at the same place. Calls of a block by itself are shown once. */
function sameSpan(a: Span, b: Span): boolean {
  return a.source === b.source && a.start === b.start && a.end === b.end;
}
