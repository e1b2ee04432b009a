/** Sources that the pipeline cannot begin with, or not as asked. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const programs = [
  {
    code: 'nothing-to-compile',
    title: 'a file without a model',
    text: 'Blocks and constants become part of the models that use them; a file of these alone is there to be imported. What is compiled begins with a model.',
    example: 'block twice(x) {\n  return 2 * x\n}\n',
  },
  {
    code: 'thread-name',
    title: 'a program whose name threads need for an export',
    text: 'An artifact for several threads exports `join` and `leave` beside its programs. A file with a program of such a name is compiled for one thread.',
  },
] as const satisfies readonly Explanation[];
