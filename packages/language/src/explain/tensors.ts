/** Types and operations of tensors; the first four codes come from the operations themselves. */
import type { Explanation } from './explanation.ts';

export const tensors = [
  {
    code: 'shape-mismatch',
    title: 'tensors whose shapes do not go together',
    text: 'Each operation says how the shapes of its operands must fit: elementwise ones broadcast as in NumPy (from the last axis on, extents are equal or 1), a matrix product needs as many columns on the left as rows on the right, a convolution as many channels as its weight.',
    example: 'model m(x: f32[8, 16]) {\n  param w: f32[15, 4] = zeros\n  x @ w\n}\n',
  },
  {
    code: 'type-mismatch',
    title: 'tensors whose element types do not go together',
    text: 'There are no implicit conversions between element types: write `cast(x, f32)`. Only numbers take the type of the tensor beside them.',
    example: 'model m(x: f32[4], y: i32[4]) {\n  x + y\n}\n',
  },
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
    code: 'bad-type',
    title: 'something that is no type',
    text: 'A type is an element type and dimensions that are whole numbers from 1 on, all known at compile time; no tensor has a dimension of zero.',
    example: 'model m(x: f32[0]) {\n  x\n}\n',
  },
] as const satisfies readonly Explanation[];
