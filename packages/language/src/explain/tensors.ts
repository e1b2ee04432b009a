/** Types and operations of tensors; the problems that operations find are explained where they are declared. */
import type { Explanation } from '@tessera-dnn/diagnostics';
import { catalogue as problems } from '@tessera-dnn/graph';

export const tensors = [
  ...problems,
  {
    code: 'bad-type',
    title: 'something that is not a type',
    text: 'A type is an element type and dimensions that are whole numbers from 1 on, all known at compile time; no tensor has a dimension of zero.',
    example: 'model m(x: f32[0]) {\n  x\n}\n',
  },
] as const satisfies readonly Explanation[];
