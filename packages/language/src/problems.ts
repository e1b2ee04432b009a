/** Collects the diagnostics of one source. */
import type { Diagnostic, Label, Note, Source, Span } from '@tessera-dnn/diagnostics';
import type { Code } from './explain/catalogue.ts';

/** What a diagnostic may have besides its message. */
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

  /** The range `[start, end)` of the source. It is empty at `start` if recovery has put the end before the start. */
  span(start: number, end: number): Span {
    return { source: this.source, start, end: Math.max(start, end) };
  }

  /** Reports an error, unless one with the same code was reported at the same place, which is its cause. */
  error(code: Code, span: Span, message: string, remarks: Remarks = {}): void {
    const place = `${code} ${span.start}`;
    if (this.#places.has(place)) return;
    this.#places.add(place);
    this.diagnostics.push({ code, severity: 'error', message, span, ...remarks });
  }

  /** Reports something that is allowed, but probably not what was meant. */
  warning(code: Code, span: Span, message: string, remarks: Remarks = {}): void {
    this.diagnostics.push({ code, severity: 'warning', message, span, ...remarks });
  }
}
