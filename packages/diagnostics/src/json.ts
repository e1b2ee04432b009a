/** Diagnostics as JSON, with places as lines and columns. */
import type { Diagnostic } from './diagnostic.ts';
import { positionOf } from './lines.ts';
import type { Span } from './span.ts';

export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface JsonRemark extends Partial<JsonPlace> {
  readonly message: string;
}

export interface JsonDiagnostic extends JsonRemark {
  readonly code: string;
  readonly severity: Diagnostic['severity'];
  readonly labels?: readonly JsonRemark[];
  readonly notes?: readonly JsonRemark[];
  readonly help?: string;
}

/** A diagnostic as `--json` prints it. Lines and columns count from 1. */
export function jsonOf({ code, severity, message, span, labels, notes, help }: Diagnostic): JsonDiagnostic {
  return {
    code,
    severity,
    message,
    ...placeOf(span),
    ...(labels?.length && { labels: labels.map(remarkOf) }),
    ...(notes?.length && { notes: notes.map(remarkOf) }),
    ...(help !== undefined && { help }),
  };
}

function remarkOf({ message, span }: { readonly message: string; readonly span?: Span }): JsonRemark {
  return { message, ...placeOf(span) };
}

function placeOf(span: Span | undefined): JsonPlace | undefined {
  if (!span) return undefined;
  const start = positionOf(span.source, span.start);
  const end = positionOf(span.source, span.end);
  return {
    file: span.source.name,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
