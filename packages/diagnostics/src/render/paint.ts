/** Colours of the terminal, or none. */

export type Role = 'error' | 'warning' | 'place' | 'gutter' | 'note' | 'help' | 'message';

const codes: Readonly<Record<Role, string>> = {
  error: '1;31',
  warning: '1;33',
  place: '2',
  gutter: '34',
  note: '36',
  help: '32',
  message: '1',
};

export type Paint = (role: Role, text: string) => string;

export const plain: Paint = (_, text) => text;

/** ANSI escapes (ECMA-48, SGR). */
export const ansi: Paint = (role, text) => (text === '' ? '' : `\u001b[${codes[role]}m${text}\u001b[0m`);
