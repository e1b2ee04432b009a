/** Changes of a text at offsets, made together. */
import { assertThat } from '@tessera-dnn/diagnostics';

/** `text` in the place of what stands from `start` to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edit that only adds. */
export function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** The text after all edits, which do not overlap; those at one place come in their order. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    assertThat(edit.start >= at, 'quantize', 'two edits of a text overlap', `${edit.start}`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
