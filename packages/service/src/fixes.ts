/** What a diagnostic suggests, as a change that an editor can make. */
import type { Diagnostic, Span } from '@tessera-dnn/diagnostics';
import type { Edit } from './edits.ts';

export interface Fix {
  readonly title: string;
  readonly diagnostic: Diagnostic;
  readonly edits: readonly Edit[];
}

/** The changes that the diagnostics suggest whose places touch `[start, end]`. */
export function fixesAt(diagnostics: readonly Diagnostic[], start: number, end: number): readonly Fix[] {
  const near = diagnostics.filter(({ span }) => span !== undefined && span.start <= end && start <= span.end);
  return near.flatMap(diagnostic => {
    const { span, help } = diagnostic;
    const edit = span && help !== undefined ? editOf(diagnostic.code, span, help) : undefined;
    return edit === undefined ? [] : [{ diagnostic, ...edit }];
  });
}

type Made = Omit<Fix, 'diagnostic'>;

/** One rule for each way in which help says what to write. */
function editOf(code: string, place: Span, help: string): Made | undefined {
  const written = place.source.text.slice(place.start, place.end);
  const replace = (text: string): Made => ({ title: `Write ${text}`, edits: [{ place, text }] });
  const [, meant] = /^did you mean ([\w.*]+)\?/.exec(help) ?? [];
  if (meant !== undefined) return replace(inQuotes(written) ? `"${meant}"` : meant);
  if (code === 'not-a-value' && /^call it: /.test(help)) return replace(`${written}()`);
  const [, renamed] = /^rename it: (\w+)$/.exec(help) ?? [];
  if (renamed !== undefined) return replace(renamed);
  const [, ending] = /^end it with `([^`]+)`/.exec(help) ?? [];
  if (ending !== undefined) return insertAtEnd(code === 'unterminated-comment' ? endOfText(place) : place, ending);
  const [, token] = /^write `([^` ]+)`$/.exec(help) ?? [];
  if (token !== undefined && (code === 'foreign-spelling' || code === 'unclosed-bracket')) return replace(token);
  if (help === 'write range(…)') return replace(`range(${written})`);
  const [, axis] = /^write (axis: -?\d+)/.exec(help) ?? [];
  if (axis !== undefined && code === 'axis-by-position') return replace(axis);
  const [, result] = /^write -> (.*)$/.exec(help) ?? [];
  if (result !== undefined && code === 'result-mismatch') return replace(result);
  return declared(place, written, help);
}

/** A name is declared before the line that uses it, or declared with `var`. */
function declared(place: Span, written: string, help: string): Made | undefined {
  const { source } = place;
  const from = source.text.lastIndexOf('\n', place.start - 1) + 1;
  const indent = /^\s*/.exec(source.text.slice(from, place.start))?.[0] ?? '';
  if (help === `declare it: var ${written} = …`) {
    return {
      title: `Declare ${written} here`,
      edits: [{ place: { source, start: place.start, end: place.start }, text: 'var ' }],
    };
  }
  if (help !== `declare var ${written} = ${written} first`) return undefined;
  const line = { source, start: from, end: from };
  return { title: `Declare var ${written}`, edits: [{ place: line, text: `${indent}var ${written} = ${written}\n` }] };
}

function insertAtEnd({ source, end }: Span, text: string): Made {
  return { title: `End it with ${text}`, edits: [{ place: { source, start: end, end }, text }] };
}

function endOfText({ source }: Span): Span {
  return { source, start: source.text.length, end: source.text.length };
}

function inQuotes(written: string): boolean {
  return written.startsWith('"') && written.endsWith('"');
}
