/** The problems that operations find with a call, which the language shows at it; and what is wrong with the text of a kernel or a tile program. */
import { type CodeOf, catalogue as common, type Explanation } from '@tessera-dnn/diagnostics';

export const catalogue = [
  {
    code: 'shape-mismatch',
    title: 'tensors whose shapes do not go together',
    text: 'Each operation says how the shapes of its operands must fit: elementwise ones broadcast as in NumPy (from the last axis on, extents are equal or 1), a matrix product needs as many columns on the left as rows on the right, a convolution as many channels as its weight.',
    example: 'model m(x: f32[8, 16]) {\n  param w: f32[15, 4] = zeros\n  x @ w\n}\n',
  },
  ...common,
  {
    code: 'bad-attribute',
    title: 'a setting that an operation cannot have',
    text: 'Strides are positive, padding is not negative, groups divide the channels, and so on: the message says what this operation needs.',
    example: 'model m(x: f32[4]) {\n  reshape(x, [3])\n}\n',
  },
  {
    code: 'bad-axis',
    title: 'an axis that the tensor does not have',
    text: 'Axes are counted from 0, or from the end when negative: a tensor of rank 2 has the axes 0 and 1, or -2 and -1.',
    example: 'model m(x: f32[4]) {\n  sum(x, axis: 1)\n}\n',
  },
  {
    code: 'malformed-text',
    title: 'the text of a tile program or kernel that cannot be read',
    text: 'Tests and tools write tile programs and kernels out as text and read them back. The place is that of the first word in its line that does not belong there; print a program anew and compare.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
