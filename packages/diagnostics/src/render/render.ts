/** A diagnostic as text for people: its place and message, the marked lines, then notes and help. */
import type { Diagnostic, Note } from '../diagnostic.ts';
import { positionOf } from '../lines.ts';
import type { Source, Span } from '../span.ts';
import { excerpt, type Mark, numberWidth } from './excerpt.ts';
import { ansi, type Paint, plain } from './paint.ts';
import { shorten } from './shorten.ts';

/** How to render. */
export interface RenderOptions {
  /** Whether to colour with ANSI escapes; off by default. */
  readonly color?: boolean;
}

/** The column in which the places of notes begin, if their messages are shorter. */
const placeColumn = 67;

/**
 * The diagnostic as lines of text, without a final line break. Texts from outside are cut to a readable length, their control characters
 * escaped.
 */
export function render(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const paint = options.color === true ? ansi : plain;
  const { span } = diagnostic;
  const marks = span === undefined ? [] : marksOf(diagnostic, span);
  const indent = ' '.repeat(span === undefined ? 3 : numberWidth(span.source, marks) + 2);
  const rows = [header(diagnostic, paint)];
  if (span !== undefined) rows.push(...excerpt(span.source, marks, paint, diagnostic.severity));
  for (const note of notesOf(diagnostic)) rows.push(noteRow(note, span?.source, indent, paint));
  if (diagnostic.help !== undefined) rows.push(remark(`${indent}${paint('help', 'help:')} `, diagnostic.help, indent));
  return rows.join('\n');
}

function header({ code, severity, message, span }: Diagnostic, paint: Paint): string {
  const place = span === undefined ? '' : `${paint('place', placeOf(span, span.source.name))}  `;
  return `${place}${paint(severity, `${severity}[${code}]`)}: ${paint('message', shorten(message))}`;
}

/** What to underline: the labels in the diagnostic's own source, and its span unless a label begins on the same line and says more. */
function marksOf({ labels = [] }: Diagnostic, span: Span): readonly Mark[] {
  const marks = labels.filter(label => label.span.source === span.source);
  const { line } = positionOf(span.source, span.start);
  const isShown = marks.some(mark => positionOf(span.source, mark.span.start).line === line);
  return isShown ? marks : [{ span }, ...marks];
}

/** Labels in other sources are not in the excerpt, so they are listed as notes, before the notes themselves. */
function notesOf({ labels = [], notes = [], span }: Diagnostic): readonly Note[] {
  return [...labels.filter(label => label.span.source !== span?.source), ...notes];
}

function noteRow({ message, span }: Note, source: Source | undefined, indent: string, paint: Paint): string {
  const start = `${indent}${paint('note', 'note:')} `;
  if (span === undefined) return remark(start, message, indent);
  const name = span.source === source ? lastPart(span.source.name) : span.source.name;
  const room = Math.max(0, placeColumn - 2 - `${indent}note: `.length);
  return `${remark(start, message.padEnd(room), indent)}  ${paint('place', placeOf(span, name))}`;
}

/** A remark after its heading. If it has several lines, the later ones are aligned with the first. */
function remark(start: string, text: string, indent: string): string {
  return start + shorten(text).replaceAll('\n', `\n${indent}      `);
}

function placeOf(span: Span, name: string): string {
  const { line, column } = positionOf(span.source, span.start);
  return `${shorten(name)}:${line}:${column}`;
}

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
