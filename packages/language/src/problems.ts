/** Collects what is wrong with one source, under the codes of the catalogue. */
import type { Diagnostic, Label, Note, Source, Span } from '@tessera/diagnostics';
import type { Code } from './explain/catalogue.ts';

/** What may go with a diagnostic besides its message. */
export interface Remarks {
  readonly labels?: readonly Label[];
  readonly notes?: readonly Note[];
  readonly help?: string;
}

/** The diagnostics of one source, in the order in which they were found. */
export class Problems {
  readonly source: Source;
  readonly diagnostics: Diagnostic<Code>[] = [];
  readonly #places = new Set<string>();

  constructor(source: Source) {
    this.source = source;
  }

  /** The range `[start, end)` of the source; an empty one where recovery has put the end before the start. */
  span(start: number, end: number): Span {
    return { source: this.source, start, end: Math.max(start, end) };
  }

  /** One mistake of a kind a place: what begins where another of its kind has been found follows from that. */
  error(code: Code, span: Span, message: string, remarks: Remarks = {}): void {
    const place = `${code} ${span.start}`;
    if (this.#places.has(place)) return;
    this.#places.add(place);
    this.diagnostics.push({ code, severity: 'error', message, span, ...remarks });
  }

  /** What is no mistake of the language, and hardly what was meant. */
  warning(code: Code, span: Span, message: string, remarks: Remarks = {}): void {
    this.diagnostics.push({ code, severity: 'warning', message, span, ...remarks });
  }
}
