/** Files that cannot be read, written or understood. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const files = [
  {
    code: 'no-such-file',
    title: 'a file that is not there',
    text: 'File names are relative to the folder in which the command runs. Only an import inside a program is relative to the file that says it.',
  },
  {
    code: 'unreadable-file',
    title: 'a file that cannot be read',
    text: 'The name is that of a folder, or the system does not let you read it; the message ends with the reason the system gives.',
  },
  {
    code: 'not-a-text',
    title: 'a file that is no text',
    text: 'Programs and chips are texts in UTF-8. A compiled program is only run (tessera run FILE.wasm); to check it or to see its memory, give the .dnn file it was made of.',
  },
  {
    code: 'unwritable-file',
    title: 'a file that cannot be written',
    text: 'Results are written to a new file beside the target, which takes the target’s name once it is whole: nothing is ever half written, and what was there before is still there. So its folder must exist and be writable. Links, permissions and other names of the target stay as they are. A training asks all this before its first step, goes on where its log or a save on the way fails later, and keeps what it learnt among the temporary files where the last save does.',
  },
  {
    code: 'rename-unused',
    title: 'a new name for weights that are not there',
    text: "A rule of --rename has the name in the file on its left and that in the program on its right; * stands for any text, dots included: --rename 'model.*=*' takes a prefix away. A name has the first rule that fits it. The message names a rule that fits none.",
  },
  {
    code: 'rename-collision',
    title: 'two weights under one name',
    text: 'By the rules of --rename two tensors of the file would have the same name. Make the rules narrower, so that each tensor keeps a name of its own.',
  },
  {
    code: 'file-in-use',
    title: 'a file that another training writes',
    text: 'Two trainings that save to one file or write to one log would spoil each other’s. The system keeps the lock, and takes it back when a training ends, however it ends: what a killed one left behind is in nobody’s way, and is cleaned up.',
  },
] as const satisfies readonly Explanation[];
