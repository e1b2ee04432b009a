/**
 * Texts of lines, in which a line that is indented deeper belongs to the one before it: the form in which kernels and tile programs are
 * written out and read back. Comments run from `//` to the end of the line, empty lines mean nothing.
 */
import type { Source } from '@tessera-dnn/diagnostics';

export interface TextLine {
  readonly source: Source;
  /** Where it begins, its indentation left out, and where it ends. */
  readonly start: number;
  readonly end: number;
  /** The lines that belong to it. */
  readonly children: readonly TextLine[];
}

/** The outermost lines of a text. */
export function readLines(source: Source): readonly TextLine[] {
  const outermost: TextLine[] = [];
  /** The lines that the next one may belong to, the innermost last. */
  const around: { readonly indent: number; readonly children: TextLine[] }[] = [];
  const { text } = source;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    let start = at;
    while (start < end && (text[start] === ' ' || text[start] === '\t' || text[start] === '\r')) start++;
    if (start < end && !text.startsWith('//', start)) {
      const indent = start - at;
      while (around.length > 0 && around[around.length - 1].indent >= indent) around.pop();
      const children: TextLine[] = [];
      (around.at(-1)?.children ?? outermost).push({ source, start, end, children });
      around.push({ indent, children });
    }
    at = end + 1;
  }
  return outermost;
}
