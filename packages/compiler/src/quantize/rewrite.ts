/** Writes a program's text for 8 bits: the user's own, with markers behind what is stored and an argument in what owns weights. */
import { isError, type Outcome } from '@tessera-dnn/diagnostics';
import { type ast, formatSource } from '@tessera-dnn/language';
import { atStart, callBehind, type PlacedEdit } from './calls.ts';
import { type Edit, edited } from './edit.ts';
import type { End } from './ends.ts';
import type { LayerChange } from './layers.ts';
import { type Levels, levelArguments } from './levels.ts';
import type { Site, Texts } from './sites.ts';

/** The block of the prelude that stands for a value on levels. */
export const marker = 'quantized';

/** What is to be written at which expressions. */
export interface Changes {
  /**
   * Inputs and outputs that are levels, and behind them, since what is written for these surrounds it, values that get a marker; an input that is read at
   * several places gets one for all.
   */
  readonly marked: readonly Marked[];
  /** Layers that get 8-bit weights. */
  readonly layers: readonly LayerChange[];
}

export interface Marked {
  readonly sites: readonly Site[];
  /** The input that is marked, if it is one, with the program whose input it is. */
  readonly input?: { readonly name: string; readonly entry: ast.Entry };
  /** The input or output that is levels itself; it has no marker. */
  readonly end?: End;
}

/** What a marked value is known by from one attempt to the next. */
export function keyOf({ sites, end }: Marked): string {
  return end === undefined ? sites[0].key : `${end.kind} ${end.name}`;
}

/** A changed text, under the name it had. */
export interface ChangedText {
  readonly name: string;
  readonly text: string;
  /** What its markers mark, in the order in which these stand in the text. */
  readonly marked: readonly Marked[];
}

/**
 * The texts with all changes, formatted. Programs that train are left out: what has 8 bits is not trained. `levels` are those of each marked
 * value; where none is known yet they are the marker's own.
 */
export function changedTexts(
  { files }: Texts,
  changes: Changes,
  levels: (marked: Marked) => Levels = () => ({ type: 'i8', zero: 0 }),
  imports: (item: ast.Import) => string = ({ path }) => path,
): Outcome<readonly ChangedText[]> {
  const marks = changes.marked.flatMap(marked => markEdits(marked, levels(marked)));
  const layers = changes.layers.flatMap(({ source, edits }) =>
    edits.map((edit): MarkEdit => ({ source, edit, order: 0 })),
  );
  const texts: ChangedText[] = [];
  for (const file of files) {
    const trains = file.items.filter(({ kind }) => kind === 'train');
    const gone = trains.map(({ span }) => removal(file, span.start, span.end));
    const inside = [...marks, ...layers]
      .filter(({ source, edit }) => source === file.source && !gone.some(item => isWithin(edit, item)))
      .sort((a, b) => a.edit.start - b.edit.start || a.order - b.order);
    const renamed = file.items.flatMap(item =>
      item.kind === 'import' ? [{ ...item.pathSpan, text: JSON.stringify(imports(item)) }] : [],
    );
    const text = edited(file.source.text, [...inside.map(({ edit }) => edit), ...gone, ...renamed]);
    const formatted = formatSource(text, file.source.name);
    if (!formatted.ok || formatted.diagnostics.some(isError)) return { ok: false, diagnostics: formatted.diagnostics };
    const marked = inside.flatMap(({ marks }) => (marks === undefined ? [] : [marks]));
    texts.push({ name: file.source.name, text: formatted.value, marked });
  }
  return { ok: true, value: texts, diagnostics: [] };
}

function isWithin(edit: Edit, { start, end }: Edit): boolean {
  return edit.start >= start && edit.end <= end;
}

/** An item and the comment above it. */
function removal({ source: { text } }: ast.File, start: number, end: number): Edit {
  const above = /(?:^|\n)(?:[ \t]*\/\/[^\n]*\n)*$/.exec(text.slice(0, start));
  return { start: above === null ? start : above.index, end, text: above?.index === 0 ? '' : '\n' };
}

/** An edit, and what is marked where it writes a marker. */
type MarkEdit = PlacedEdit & { readonly marks?: Marked };

function markEdits(marks: Marked, levels: Levels): readonly MarkEdit[] {
  const { sites, input, end } = marks;
  if (end !== undefined) return end.edits(levels);
  const [first] = sites;
  const written = levelArguments(levels);
  if (input === undefined || sites.length === 1) {
    const [opening, ...closing] = callBehind(first, marker, written);
    return [{ ...opening, marks }, ...closing];
  }
  // Several markers would be several scales. A name of its own is read by all.
  const name = `${marker}_${input.name}`;
  const call = written.length === 0 ? marker : `${marker}(${written.join(', ')})`;
  const { source } = input.entry.body.span;
  return [
    { ...atStart(input.entry.body, `let ${name} = ${input.name} |> ${call}`), marks },
    ...sites.map(site => ({ source, edit: { ...site.node.span, text: name }, order: 0 })),
  ];
}
