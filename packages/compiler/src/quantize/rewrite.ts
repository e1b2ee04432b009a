/** Writes a program's text for 8 bits: the user's own, with markers behind what is stored and an argument in what owns weights. */
import { isError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import { type ast, formatSource } from '@tessera-dnn/language';
import { type Edit, edited, insertion } from './edit.ts';
import type { LayerChange } from './layers.ts';
import type { Site, Texts } from './sites.ts';

/** The block of the prelude that stands for a value on levels. */
export const marker = 'quantized';

/** The levels of a value: whole numbers of a type, of which `zero` stands for 0. */
export interface Levels {
  readonly type: 'i8' | 'u8';
  readonly zero: number;
}

/** What is to be written at which expressions. */
export interface Changes {
  /** Values that get a marker; an input that is read at several places gets one for all. */
  readonly marked: readonly Marked[];
  /** Layers that get 8-bit weights. */
  readonly layers: readonly LayerChange[];
}

export interface Marked {
  readonly sites: readonly Site[];
  /** The input that is marked, if it is one, with the program whose input it is. */
  readonly input?: { readonly name: string; readonly entry: ast.Entry };
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
    edits.map((edit): PlacedEdit => ({ source, edit, order: 0 })),
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

interface PlacedEdit {
  readonly source: Source;
  readonly edit: Edit;
  /** Of several at one place, the smaller one comes first: what surrounds more opens before and closes behind the rest. */
  readonly order: number;
  /** What is marked, where the edit writes a marker. */
  readonly marks?: Marked;
}

function isWithin(edit: Edit, { start, end }: Edit): boolean {
  return edit.start >= start && edit.end <= end;
}

/** An item and the comment above it. */
function removal({ source: { text } }: ast.File, start: number, end: number): Edit {
  const above = /(?:^|\n)(?:[ \t]*\/\/[^\n]*\n)*$/.exec(text.slice(0, start));
  return { start: above === null ? start : above.index, end, text: above?.index === 0 ? '' : '\n' };
}

function markEdits(marks: Marked, levels: Levels): readonly PlacedEdit[] {
  const { sites, input } = marks;
  const [first] = sites;
  if (input === undefined || sites.length === 1) return behind(first, levels, marks);
  // Several markers would be several scales. A name of its own is read by all.
  const name = `${marker}_${input.name}`;
  const { source, start } = input.entry.body.span;
  const end = /^[ \t]*\n/.test(source.text.slice(start + 1)) ? '' : '\n';
  const edit = insertion(start + 1, `\nlet ${name} = ${input.name} |> ${marker}${inCall(levels)}${end}`);
  return [
    { source, edit, order: Number.NEGATIVE_INFINITY, marks },
    ...sites.map(site => ({ source, edit: { ...site.node.span, text: name }, order: 0 })),
  ];
}

/** `|> quantized` behind a value that stands alone, `quantized(…)` around any other. */
function behind(site: Site, levels: Levels, marks: Marked): readonly PlacedEdit[] {
  const { source, start, end } = site.node.span;
  const order = end - start;
  if (isStage(site))
    return [{ source, edit: insertion(end, `${gapBehind(site)}|> ${marker}${inCall(levels)}`), order, marks }];
  const last = argumentsOf(levels)
    .map(argument => `, ${argument}`)
    .join('');
  return [
    { source, edit: insertion(start, `${marker}(`), order: -order, marks },
    { source, edit: insertion(end, `${last})`), order },
  ];
}

/** Where a pipe begins with its value alone on a line, the marker gets one too. */
function gapBehind({ node, parent }: Site): string {
  const rest = node.span.source.text.slice(node.span.end);
  return node.kind === 'reference' && parent.kind === 'pipe' && /^[ \t]*\n/.test(rest) ? '\n' : ' ';
}

const wholeValues: readonly string[] = ['expression', 'let', 'var', 'assign', 'update', 'return', 'record'];

/** Whether a stage of a pipe can follow: the expression is one itself, begins a pipe, or is a whole value. */
function isStage({ node, parent }: Site): boolean {
  if (node.kind !== 'call' && node.kind !== 'reference') return false;
  return parent.kind === 'pipe' || wholeValues.includes(parent.kind);
}

function argumentsOf({ type, zero }: Levels): readonly string[] {
  return [...(type === 'i8' ? [] : [`type: ${type}`]), ...(zero === 0 ? [] : [`zero: ${zero}`])];
}

function inCall(levels: Levels): string {
  const written = argumentsOf(levels);
  return written.length === 0 ? '' : `(${written.join(', ')})`;
}
