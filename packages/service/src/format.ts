/** Formats a document. */
import { formatSource } from '@tessera-dnn/language';
import { type Edit, editTo } from './edits.ts';
import type { Document } from './workspace.ts';

/** The edits that format the document; none if it is formatted already, or has mistakes of syntax. */
export function formattingOf({ source }: Document): readonly Edit[] {
  const outcome = formatSource(source.text, source.name);
  return outcome.ok ? editTo(source, outcome.value) : [];
}
