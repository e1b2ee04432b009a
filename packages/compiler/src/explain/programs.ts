/** Sources that the pipeline cannot begin with. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const programs = [
  {
    code: 'nothing-to-compile',
    title: 'a file without a model',
    text: 'Blocks and constants become part of the models that use them; a file of these alone is there to be imported. What is compiled begins with a model.',
    example: 'block twice(x) {\n  return 2 * x\n}\n',
  },
] as const satisfies readonly Explanation[];
