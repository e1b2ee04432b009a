/**
 * A document is a text with places at which it may be broken into lines. The layout breaks as few of them as the width allows, after
 * Wadler, "A prettier printer" (2003); groups break from the outermost inwards, as in Oppen's "Prettyprinting" (1980).
 */

export type Document =
  | string
  | { readonly kind: 'concat'; readonly parts: readonly Document[]; readonly breaks: boolean }
  | { readonly kind: 'indent'; readonly inner: Document; readonly breaks: boolean }
  | { readonly kind: 'group'; readonly inner: Document; readonly breaks: boolean }
  | { readonly kind: 'line'; readonly flat: string; readonly breaks: false }
  | { readonly kind: 'hard-line'; readonly breaks: true }
  | { readonly kind: 'break'; readonly breaks: true }
  | { readonly kind: 'if-broken'; readonly text: string; readonly breaks: false }
  | { readonly kind: 'suffix'; readonly text: string; readonly breaks: false };

/** A space, or a line break where the group around it is broken. */
export const line: Document = { kind: 'line', flat: ' ', breaks: false };
/** Nothing, or a line break where the group around it is broken. */
export const softLine: Document = { kind: 'line', flat: '', breaks: false };
/** Always a line break. All groups around it are broken. */
export const hardLine: Document = { kind: 'hard-line', breaks: true };
/** Prints nothing and breaks all groups around it. */
export const breakGroups: Document = { kind: 'break', breaks: true };

/** The parts one after the other. */
export function concat(...parts: readonly Document[]): Document {
  return sequence(parts);
}

/** Like {@link concat}, for any number of parts: the arguments of a call are limited by the stack. */
export function sequence(parts: readonly Document[]): Document {
  return { kind: 'concat', parts, breaks: parts.some(breaks) };
}

/** `inner`, with the lines that begin in it indented by one step. */
export function indent(inner: Document): Document {
  return { kind: 'indent', inner, breaks: breaks(inner) };
}

/** Prints `inner` on one line if it fits. Else every line break of the group is used, but not those of groups inside it. */
export function group(inner: Document): Document {
  return { kind: 'group', inner, breaks: breaks(inner) };
}

/** A text that is printed only if the group around it is broken. */
export function ifBroken(text: string): Document {
  return { kind: 'if-broken', text, breaks: false };
}

/** A text, such as a comment, that is printed at the end of the line, which may become too wide. A second one gets a line of its own. */
export function suffix(text: string): Document {
  return { kind: 'suffix', text, breaks: false };
}

/** The parts with `separator` between each two. */
export function join(separator: Document, parts: readonly Document[]): Document {
  return sequence(parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])));
}

function breaks(document: Document): boolean {
  return typeof document !== 'string' && document.breaks;
}

/** A part of the document that is still to be laid out. Of a stack of these, the innermost is the last. */
interface Pending {
  readonly document: Document;
  readonly indentation: number;
  readonly flat: boolean;
}

/** The text of `document`, at most `width` columns wide where its lines allow it. */
export function layOutDocument(document: Document, width: number): string {
  const pending: Pending[] = [{ document, indentation: 0, flat: false }];
  let text = '';
  let column = 0;
  let suffixes = '';
  let indentation = 0;
  const write = (part: string): void => {
    if (part === '') return;
    if (column === 0) text += ' '.repeat((column = indentation));
    text += part;
    column += part.length;
  };
  const newLine = (next: number): void => {
    text += `${suffixes}\n`;
    [column, suffixes, indentation] = [0, '', next];
  };
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    const { document: current, flat } = one;
    if (typeof current === 'string') write(current);
    else if (current.kind === 'suffix')
      suffixes += suffixes === '' ? ` ${current.text}` : `\n${' '.repeat(indentation)}${current.text}`;
    else if (current.kind === 'hard-line') newLine(one.indentation);
    else if (current.kind === 'line') flat ? write(current.flat) : newLine(one.indentation);
    else if (current.kind === 'if-broken') write(flat ? '' : current.text);
    else if (current.kind === 'group') {
      const start = column === 0 ? indentation : column;
      const inner = { document: current.inner, indentation: one.indentation };
      const fitting = flat || (!current.breaks && fits({ ...inner, flat: true }, pending, width - start));
      pending.push({ ...inner, flat: fitting });
    } else pushParts(pending, one);
  }
  return text + suffixes;
}

function pushParts(pending: Pending[], one: Pending): void {
  const { document, indentation, flat } = one;
  if (typeof document === 'string') return;
  if (document.kind === 'indent') pending.push({ document: document.inner, indentation: indentation + 2, flat });
  if (document.kind !== 'concat') return;
  for (let i = document.parts.length - 1; i >= 0; i--)
    pending.push({ document: document.parts[i]!, indentation, flat });
}

/** Whether `first`, and after it `rest` up to the first line break, take at most `room` columns. */
function fits(first: Pending, rest: readonly Pending[], room: number): boolean {
  const own: Pending[] = [first];
  let restAt = rest.length;
  while (room >= 0) {
    const one = own.pop() ?? rest[--restAt];
    if (one === undefined) return true;
    const { document, flat } = one;
    if (typeof document === 'string') room -= document.length;
    else if (document.kind === 'hard-line') return true;
    else if (document.kind === 'line' && !flat) return true;
    else if (document.kind === 'line') room -= document.flat.length;
    else if (document.kind === 'if-broken') room -= flat ? 0 : document.text.length;
    else if (document.kind === 'group') own.push({ ...one, document: document.inner, flat: flat && !document.breaks });
    else pushParts(own, one);
  }
  return false;
}
