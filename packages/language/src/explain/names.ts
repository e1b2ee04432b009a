/** Names and imports. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const names = [
  {
    code: 'unknown-name',
    title: 'a name that nothing declares',
    text: 'Names are looked up from the inside out: the body, the bodies around it, the parameters, then the items of the file and of what it imports, the prelude, and the built-in operations. The name is in none of them at this place. A `let` holds from its line to the end of its body.',
    example: 'model m(x: f32[4]) {\n  rleu(x)\n}\n',
  },
  {
    code: 'duplicate-name',
    title: 'one name for two things',
    text: 'In one body, one list of parameters, one record and one file (with all it imports) a name stands for one thing. An inner body may use a name of an outer one anew, and a file may use a name of the prelude anew. What changes is a `var`: declare it once and write `name = value`.',
    example: 'const width = 3\nconst width = 4\n',
  },
  {
    code: 'not-assignable',
    title: 'a new value for something that cannot change',
    text: '`=` gives a new value to a `var`, and `:=` to a `param` or `state`. Everything else is fixed: a `let`, a parameter, an input, the variable of a loop.',
    example: 'block f(x) {\n  let y = x\n  y = relu(y)\n  y\n}\n',
  },
  {
    code: 'not-a-value',
    title: 'a function or item where a value is needed',
    text: 'Blocks, models and operations are called. They may also be passed on: as an argument of a block, as a default, or bound to a name by `let`. They are no operands, and no results.',
    example: 'model m(x: f32[4]) {\n  x + relu\n}\n',
  },
  {
    code: 'not-a-function',
    title: 'a call of something that is not a function',
    text: 'Blocks, models of the file and operations can be called. Constants and variables are values, a `train` is an entry point only, and an `optimizer` stands after `using`.',
    example: 'const width = 3\nmodel m(x: f32[4]) {\n  width(x)\n}\n',
  },
  {
    code: 'wrong-body',
    title: 'a statement that this body cannot have',
    text: '`minimize` stands in a train, `expect` in a model or train, and an optimizer has states of its own but no params.',
    example: 'block f(x) {\n  minimize x using sgd(rate: 0.1)\n  x\n}\n',
  },
  {
    code: 'import-not-found',
    title: 'an import of a file that does not exist',
    text: 'The path of an import is relative to the file that imports.',
    example: 'import "./no-such-file.dnn"\nblock f(x) { x }\n',
  },
  {
    code: 'import-unreadable',
    title: 'an import of something that is not a text',
    text: 'The path leads to a folder, a device, a pipe, a file that you may not read, or one that is too large to be a program.',
  },
  {
    code: 'import-cycle',
    title: 'files that import each other',
    text: 'A file sees the items of the files it imports, so files must not import each other, not even through others. Move what both need into a third file.',
  },
] as const satisfies readonly Explanation[];
