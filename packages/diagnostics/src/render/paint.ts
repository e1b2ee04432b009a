/** How the parts of a diagnostic are coloured in a terminal. */

/** The parts of a diagnostic that may have a colour of their own. */
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

/** Gives `text` the colour of its role. */
export type Paint = (role: Role, text: string) => string;

/** Leaves the text as it is: for files, and for terminals without colours. */
export const plain: Paint = (_, text) => text;

/** Colours by ANSI escapes (ECMA-48, Select Graphic Rendition). */
export const ansi: Paint = (role, text) => (text === '' ? '' : `\u001b[${codes[role]}m${text}\u001b[0m`);
