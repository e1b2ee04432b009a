/** What a file says, in a message: whatever it is, short, and never looked into deeper than its elements. */

import { printableName } from '@tessera/diagnostics';

const [mostCharacters, mostElements] = [60, 8];

/** A name. */
export function shownName(name: string): string {
  return printableName(name.length <= mostCharacters ? name : `${name.slice(0, mostCharacters - 1)}…`);
}

/** A value of JSON. */
export function shown(value: unknown): string {
  if (!Array.isArray(value)) return shownElement(value);
  const more = value.length > mostElements ? ', …' : '';
  return `[${value.slice(0, mostElements).map(shownElement).join(',')}${more}]`;
}

function shownElement(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shownName(value));
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[…]' : '{…}') : String(value);
}
