/** What an editor shows between the characters of a text: what each step of a chain and each bound name came to. */
import type { Source } from '@tessera-dnn/diagnostics';
import { editTo } from './edits.ts';
import { nodesOf } from './nodes.ts';
import { shownValues } from './sizes.ts';
import type { Document } from './workspace.ts';

export interface Hint {
  readonly offset: number;
  readonly text: string;
}

/** The hints between two offsets of a document, in the order of the text. */
export function hintsOf(document: Document, start: number, end: number): readonly Hint[] {
  const values = document.values();
  const hints = new Map<number, Hint>();
  for (const node of nodesOf(document.file)) {
    const places =
      node.kind === 'pipe'
        ? [node.call.span]
        : node.kind === 'let' || node.kind === 'var'
          ? [node.name, ...node.others].map(({ span }) => span)
          : [];
    for (const place of places) {
      const seen = values.at(place).filter(({ value }) => value.kind === 'tensor' || value.kind === 'number');
      if (seen.length === 0 || place.end < start || place.end > end) continue;
      hints.set(place.end, { offset: place.end, text: `${node.kind === 'pipe' ? ' ' : ': '}${shownValues(seen)}` });
    }
  }
  return [...hints.values()].sort((a, b) => a.offset - b.offset);
}

/** Hints of an earlier text where they stand in the present one: those inside what has changed are left out. */
export function movedHints(hints: readonly Hint[], from: Source, to: Source): readonly Hint[] {
  const [edit] = editTo(from, to.text);
  if (edit === undefined) return hints;
  const { start, end } = edit.place;
  const by = edit.text.length - (end - start);
  return hints.flatMap(({ offset, text }) => {
    if (offset <= start) return [{ offset, text }];
    return offset < end ? [] : [{ offset: offset + by, text }];
  });
}
