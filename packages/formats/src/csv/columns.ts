/** Which columns of a table are meant. */
import { shownName } from '../shown.ts';

/** What is read of a table. */
export interface TableChoice {
  /** `label`, `a,b`, `1..784`, `first..last`: names, or places counted from 0. */
  readonly columns?: string;
  /** The column to be taken where none is named, if there is one of this name. Otherwise all are. */
  readonly preferred?: string;
}

export interface Column {
  /** Its place, counted from 0. */
  readonly at: number;
  readonly name: string;
}

/** The columns, or what is wrong with the choice, as the end of a sentence. */
export function chosenColumns(
  head: readonly string[],
  hasNames: boolean,
  { columns, preferred }: TableChoice,
): readonly Column[] | string {
  const names = head.map((cell, at) => (hasNames ? cell.trim() : String(at)));
  const column = (at: number): Column => ({ at, name: names[at] });
  if (columns === undefined) {
    const own = hasNames && preferred !== undefined ? names.indexOf(preferred) : -1;
    return own === -1 ? names.map((_, at) => column(at)) : [column(own)];
  }
  const chosen: Column[] = [];
  for (const part of columns.split(',')) {
    const [from, to = from] = part.split('..').map(text => text.trim());
    const [first, last] = [placeOf(names, from, 0), placeOf(names, to, names.length - 1)];
    if (first === undefined || last === undefined) {
      return `has no column ${shownName(first === undefined ? from : to)}`;
    }
    if (first > last) return `has ${shownName(to)} before ${shownName(from)}`;
    for (let at = first; at <= last; at++) chosen.push(column(at));
  }
  return chosen;
}

/** Whether the choice calls a column by what the first row has there, which tells that this row has names. */
export function areNamed(head: readonly string[], { columns, preferred }: TableChoice): boolean {
  const called = columns === undefined ? [preferred ?? ''] : columns.split(/,|\.\./);
  return called.some(name => name.trim() !== '' && head.some(cell => cell.trim() === name.trim()));
}

/** A name counts before a place. Nothing stands for the end of a range. */
function placeOf(names: readonly string[], text: string, open: number): number | undefined {
  if (text === '') return open;
  const named = names.indexOf(text);
  if (named !== -1) return named;
  const place = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  const at = place < 0 ? place + names.length : place;
  return at >= 0 && at < names.length ? at : undefined;
}
