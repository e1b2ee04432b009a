/** Makes the outcomes of this package's functions. */
import { closest, type Diagnostic, type Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from './explain/catalogue.ts';
import { kindOf } from './foreign.ts';

/** An outcome without a value. */
export type Failure = { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A value, with warnings if there are any. */
export function succeeded<T>(value: T, diagnostics: readonly Diagnostic[] = []): Outcome<T> {
  return { ok: true, value, diagnostics };
}

/** One error, which points at no text: the mistakes found here are in calls and data. */
export function failed(code: Code, message: string, help?: string): Failure {
  return { ok: false, diagnostics: [{ code, severity: 'error', message, ...(help === undefined ? {} : { help }) }] };
}

/** What went wrong, where one goes on without it. */
export function asWarnings(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.map(diagnostic => ({ ...diagnostic, severity: 'warning' }));
}

/**
 * A name that is not among `names`, or no name at all. `message` ends before the name (`lenet has no input`); the help offers the nearest name, or
 * the first ten.
 */
export function unknownName(code: Code, message: string, name: unknown, names: readonly string[]): Failure {
  const known = names.length > 0 ? `it has ${names.slice(0, 10).join(', ')}` : 'it has none';
  const text = typeof name === 'string' ? name : kindOf(name);
  const near = closest(text, names);
  return failed(code, `${message} called ${text}`, near === undefined ? known : `did you mean ${near}?`);
}
