/** Mistakes in allocation problems that users write. */
import type { CodeOf, Explanation } from '@tessera-dnn/diagnostics';

export const catalogue = [
  {
    code: 'bad-csv',
    title: 'a file that is no table of buffers',
    text: 'Buffers come as CSV: a header that names the columns id, lower, upper and size, in any order, then a line for each buffer. The columns alignment, fixed, gaps, anchor with distance, and offset may be there as well; other columns are passed over. Numbers are whole, and an id has no comma in it.',
  },
  {
    code: 'bad-buffer',
    title: 'a buffer that cannot be placed anywhere',
    text: 'A buffer lives from its lower time until before its upper, which is later. Its size is at least 0, its alignment at least 1, a fixed offset a multiple of that; its gaps lie within its life and do not meet, and what an offset is tied to is another buffer of the problem. All numbers are whole. So is the capacity, if there is one.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
