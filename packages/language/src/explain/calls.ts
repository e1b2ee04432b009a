/** Calls and their arguments. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const calls = [
  {
    code: 'missing-argument',
    title: 'a call without an argument that it needs',
    text: 'Parameters without a default must be given, by position or by name. `x |> f(a)` gives `x` as the first.',
    example: 'model m(x: f32[4]) {\n  maximum(x)\n}\n',
  },
  {
    code: 'too-many-arguments',
    title: 'more arguments than parameters',
    text: 'A piped value counts as the first argument: `x |> f(a)` is `f(x, a)`.',
    example: 'model m(x: f32[4]) {\n  relu(x, 1)\n}\n',
  },
  {
    code: 'unknown-argument',
    title: 'an argument for a parameter that does not exist',
    text: 'A named argument must have the name of a parameter of what is called.',
    example: 'block scaled(x, factor) {\n  x * factor\n}\nmodel m(x: f32[4]) {\n  scaled(x, facter: 2)\n}\n',
  },
  {
    code: 'repeated-argument',
    title: 'two arguments for one parameter',
    text: 'A parameter is given once: by position or by name.',
    example: 'block scaled(x, factor) {\n  x * factor\n}\nmodel m(x: f32[4]) {\n  scaled(x, 2, factor: 3)\n}\n',
  },
  {
    code: 'bad-argument',
    title: 'an argument of the wrong kind',
    text: 'The parameter needs another kind of value: a tensor, a whole number, a text, a list, an element type.',
    example: 'model m(x: f32[4]) {\n  for i in range("three") { }\n  x\n}\n',
  },
  {
    code: 'refused',
    title: 'a call that the block itself refuses',
    text: 'The block has said with `refuse("why", help: "what to do")` that it cannot serve such a call: its shapes or numbers make no sense there.',
    example: 'train fit(x: f32[1, 4]) {\n  let y = batch_norm(x)\n  minimize mean(y * y) using sgd(rate: 0.1)\n}\n',
  },
  {
    code: 'bad-label',
    title: 'a label that cannot be part of a path',
    text: 'Labels become parts of the paths of parameters: letters, digits, `_` and `-`, and dots between the parts. An empty label adds nothing to the path.',
    example:
      'block layer(x) {\n  param w: like(x) = ones\n  x * w\n}\nmodel m(x: f32[4]) {\n  layer(x) as "first layer"\n}\n',
  },
  {
    code: 'axis-by-position',
    title: 'an axis that reads like a value to compare with',
    text: '`max` and `min` of a tensor are reductions: `max(x, 0)` is the largest along axis 0. To compare elementwise with a number there are `maximum(x, 0)` and `minimum(x, 0)`. A named axis leaves no doubt: `max(x, axis: 0)`.',
    example: 'model m(x: f32[4, 4]) {\n  max(x, 0)\n}\n',
  },
  {
    code: 'numbers-by-position',
    title: 'numbers that other libraries have in another order',
    text: 'The number of a layer is that of its output channels; input channels are known from the tensor. `conv2d(x, 1, 4, 3)`, in PyTorch one channel in, four out and a kernel of three, is one channel out, a kernel of four and a stride of three. Give the names of all arguments after the first: `conv2d(x, 4, kernel: 3)`.',
    example: 'block conv(x, channels) { x }\nmodel m(x: f32[1, 1, 9, 9]) {\n  conv2d(x, 1, 4, 3)\n}\n',
  },
  {
    code: 'unused-label',
    title: 'a label on the call of a model',
    text: 'A model owns one set of parameters, however often and from wherever it is called, so that the paths of its parameters begin at the model. A label on its call changes nothing.',
    example: 'model inner(x: f32[4]) {\n  relu(x)\n}\nmodel outer(x: f32[4]) {\n  inner(x) as first\n}\n',
  },
  {
    code: 'no-value',
    title: 'a body that gives no value where one is needed',
    text: 'A body gives the value of its last expression or of a `return`. This one ends with another statement, or in an `if` without a value.',
    example: 'block f(x) {\n  let y = relu(x)\n}\nmodel m(x: f32[4]) {\n  f(x) + 1\n}\n',
  },
] as const satisfies readonly Explanation[];
