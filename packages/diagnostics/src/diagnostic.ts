/** Diagnostics are values: whoever finds a user's mistake returns one; only the command line prints it. */
import type { Span } from './span.ts';

/** An error leaves no result; a warning stands beside one. */
export type Severity = 'error' | 'warning';

/** A remark at another place: a declaration, or a call that led to the faulty line. */
export interface Note {
  readonly message: string;
  readonly span?: Span;
}

/** A part of the marked line with a remark of its own (`^ has 15 rows`). */
export interface Label {
  readonly span: Span;
  readonly message: string;
}

/** What is wrong with a user's text or data: where, what, and what to do about it. */
export interface Diagnostic<Code extends string = string> {
  /** Stable, kebab-case; `tessera explain CODE` describes it. A package writes `Diagnostic<Code>` with the codes of its own catalogue. */
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence without a final full stop: what is wrong, with both sides' values. */
  readonly message: string;
  /** Absent only where there is no text to point at (a command-line option, a binary file). */
  readonly span?: Span;
  readonly labels?: readonly Label[];
  readonly notes?: readonly Note[];
  /** One suggestion: what to write instead or do next. */
  readonly help?: string;
}

/** Whether it is an error, so that there is no result, rather than a warning. */
export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

/** A result that may have failed: a value, or the diagnostics that say why there is none. Warnings may accompany a value. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
