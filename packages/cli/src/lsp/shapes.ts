/**
 * The hints at shapes. An editor asks for them after every key, and evaluating a large text takes longer than one wants to wait: until it is checked in
 * a pause, the hints of the text before are shown where they stand now, and the editor is then told to ask again.
 */
import { type Document, type Hint, hintsOf, movedHints } from '@tessera-dnn/service';

interface Shown {
  readonly document: Document;
  readonly hints: readonly Hint[];
}

/** The hints that were worked out last of each text. */
export class Shapes {
  readonly #shown = new Map<string, Shown>();

  /** The hints of a document; if `mayWait`, those of the text before, until the document is evaluated. */
  of(document: Document, mayWait: boolean): readonly Hint[] {
    const { source } = document;
    const before = this.#shown.get(source.name);
    if (before?.document === document) return before.hints;
    if (mayWait && before !== undefined && !document.isEvaluated()) {
      return movedHints(before.hints, before.document.source, source);
    }
    const hints = hintsOf(document, 0, source.text.length);
    this.#shown.set(source.name, { document, hints });
    return hints;
  }
}
