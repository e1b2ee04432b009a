/** Compile-time values. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const values = [
  {
    code: 'bad-operand',
    title: 'an operator on values for which it has no meaning',
    text: 'Operators work on numbers and tensors; `+` joins texts and lists, `*` repeats a list, `==` compares values of one kind, and `and`, `or`, `not` need truth values.',
    example: 'const a = 1 + "one"\n',
  },
  {
    code: 'division-by-zero',
    title: 'a division by zero',
    text: '`/` and `%` of compile-time numbers cannot have zero on the right, nor can zero have a negative power.',
    example: 'const a = 1 / 0\n',
  },
  {
    code: 'number-range',
    title: 'a number out of the range of its type',
    text: "Compile-time numbers are 64-bit floating point: results must be finite, and integers within ±2^53. A number beside a tensor takes the tensor's element type and must fit it: fractions do not fit integer tensors.",
    example: 'model m(x: i32[4]) {\n  x + 0.5\n}\n',
  },
  {
    code: 'bad-condition',
    title: 'a condition that is not true or false at compile time',
    text: 'Conditions are decided while compiling: the result is a static graph. What depends on the elements of a tensor is chosen with `where(condition, a, b)`.',
    example: 'model m(x: f32[4]) {\n  if x > 0 { x } else { -x }\n}\n',
  },
  {
    code: 'not-iterable',
    title: 'a loop over something that is not a list',
    text: '`for` runs over a list; `range(n)` is the list of the numbers from 0 to n - 1.',
    example: 'model m(x: f32[4]) {\n  for i in 3 { }\n  x\n}\n',
  },
  {
    code: 'bad-index',
    title: 'an index that is out of range or not a whole number',
    text: 'Indices and the bounds of slices are whole numbers known at compile time, within the axis (negative ones count from the end), and a slice of a tensor is never empty. There is at most one part for each axis.',
    example: 'model m(x: f32[4]) {\n  x[4]\n}\n',
  },
  {
    code: 'unknown-member',
    title: 'a member that does not exist',
    text: 'Tensors have `shape`, `rank` and `dtype`; what a block or model returned as a record has its outputs.',
    example: 'model m(x: f32[4]) {\n  x * x.size\n}\n',
  },
  {
    code: 'not-compile-time',
    title: 'a tensor where a compile-time value is needed',
    text: 'Constants, default dimensions, texts and loops are evaluated while compiling, before any tensor has a value.',
    example: 'const a = exp([1, 2])\n',
  },
  {
    code: 'const-cycle',
    title: 'a constant that depends on itself',
    text: 'Constants may use each other in any order, but not in a circle.',
    example: 'const a = b\nconst b = a\n',
  },
  {
    code: 'unpacking',
    title: 'several names for what has other parts',
    text: '`let a, b = …` takes the elements of a list, of which there must be as many, or named results: by name if each of the names is one of them, and in their order if none is.',
    example: 'model m(x: f32[6, 4]) {\n  let a, b = [x[0:2], x[2:4], x[4:6]]\n  a + b\n}\n',
  },
  {
    code: 'note',
    title: 'what note shows',
    text: '`note(x.shape)` shows its arguments when the program is compiled, and is its first argument. A tensor shows its type.',
    example: 'model m(x: f32[4, 8]) {\n  note(flatten(x))\n}\n',
  },
] as const satisfies readonly Explanation[];
