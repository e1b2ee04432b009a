/** What the lexer and the parser report. */
import type { Explanation } from './explanation.ts';

export const syntax = [
  {
    code: 'syntax',
    title: 'the text does not follow the grammar',
    text: 'At the marked place something else was expected. The parser goes on behind it, so that other mistakes of the file are found in the same run.',
    example: 'const classes = = 10\n',
  },
] as const satisfies readonly Explanation[];
