/** Places of texts as the protocol has them, and back. Files are named by their addresses; the prelude has a scheme of its own. */
import { positionOf, type Source, type Span } from '@tessera-dnn/diagnostics';
import type { Edit } from '@tessera-dnn/service';
import type { Location, Position, Range, TextEdit } from 'vscode-languageserver';

/** The scheme of the prelude's files, whose texts an editor asks the server for. */
export const preludeScheme = 'tessera-prelude';

/** The address of a file by the name that the service knows it by. */
export function addressOf(name: string): string {
  return name.replace(/^<prelude>\//, `${preludeScheme}:/`);
}

/** The name that the service knows a file by. */
export function nameOf(address: string): string {
  return address.startsWith(`${preludeScheme}:`) ? address.replace(/^[^:]*:\/*/, '<prelude>/') : address;
}

/** A line and column, both from 0 on. */
export function positionAt(source: Source, offset: number): Position {
  const { line, column } = positionOf(source, offset);
  return { line: line - 1, character: column - 1 };
}

/** The lines and columns of a place. */
export function rangeOf({ source, start, end }: Span): Range {
  return { start: positionAt(source, start), end: positionAt(source, end) };
}

/** A place with the address of its file. */
export function locationOf(span: Span): Location {
  return { uri: addressOf(span.source.name), range: rangeOf(span) };
}

/** A change of a text. */
export function textEditOf({ place, text }: Edit): TextEdit {
  return { range: rangeOf(place), newText: text };
}

/** Changes by the addresses of their files. */
export function changesOf(edits: readonly Edit[]): { [uri: string]: TextEdit[] } {
  const changes: { [uri: string]: TextEdit[] } = {};
  for (const edit of edits) (changes[addressOf(edit.place.source.name)] ??= []).push(textEditOf(edit));
  return changes;
}

/** The offset of a position, which is at the end of the line or text if it is behind that. */
export function offsetAt({ text }: Source, { line, character }: Position): number {
  let start = 0;
  for (let passed = 0; passed < line; passed++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return Math.min(start + character, end < 0 ? text.length : end);
}
