/** Limits: every text is compiled, or refused, in bounded time and memory. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const limits = [
  {
    code: 'node-limit',
    title: 'more than 200,000 nodes',
    text: 'A program has at most 200,000 operations after all loops and calls are unrolled. Perhaps a loop should be one operation on a larger tensor.',
  },
  {
    code: 'loop-limit',
    title: 'more than a million loop turns and calls',
    text: 'Loops and calls are unrolled while compiling, at most 1,000,000 turns and calls for one program.',
    example: 'model m(x: f32[4]) {\n  for i in range(2000) {\n    for j in range(2000) { }\n  }\n  x\n}\n',
  },
  {
    code: 'recursion-limit',
    title: 'calls nested more than 256 deep',
    text: 'A block may call itself, under a condition that ends it, at most 256 calls deep. A loop over a `var` has no such limit.',
    example: 'block deeper(x, n) {\n  return deeper(relu(x), n + 1)\n}\nmodel m(x: f32[4]) {\n  deeper(x, 0)\n}\n',
  },
  {
    code: 'size-limit',
    title: 'a list, text or tensor that is too large, or too many files',
    text: 'A list has at most 1,000,000 elements and 64 levels, a text 100,000 characters, and a program 10,000 files; the number of elements of a tensor is below 2^53.',
    example: 'model m(x: f32[4]) {\n  var l = [1]\n  for i in range(100) {\n    l = [l, l]\n  }\n  x\n}\n',
  },
] as const satisfies readonly Explanation[];
