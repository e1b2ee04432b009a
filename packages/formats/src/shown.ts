/** Values from a file as they are shown in messages: short whatever they are, and lists within lists only as `[…]`. */

import { printableName } from '@tessera-dnn/diagnostics';

const [mostCharacters, mostElements] = [60, 8];

/** A name from a file, cut to 60 characters, with its control characters as escapes. */
export function shownName(name: string): string {
  return printableName(name.length <= mostCharacters ? name : `${name.slice(0, mostCharacters - 1)}…`);
}

/** A JSON value: of a list, the first 8 elements. */
export function shown(value: unknown): string {
  if (!Array.isArray(value)) return shownElement(value);
  const more = value.length > mostElements ? ', …' : '';
  return `[${value.slice(0, mostElements).map(shownElement).join(',')}${more}]`;
}

function shownElement(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shownName(value));
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[…]' : '{…}') : String(value);
}
