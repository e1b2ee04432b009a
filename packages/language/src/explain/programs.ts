/** Models and trains as programs, and what is set from outside. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const programs = [
  {
    code: 'missing-dimension',
    title: 'a dimension parameter without a value',
    text: 'A model is compiled for fixed shapes. A dimension parameter gets its number from the default, `[n = 1]`, or from outside, `--set m.n=1`; in a call from another program the shapes of the arguments bind it.',
    example: 'model m[n](x: f32[n]) {\n  x\n}\n',
  },
  {
    code: 'result-mismatch',
    title: 'a result that is not what the signature says',
    text: 'What stands after `->` must be the type of the result; it may be left out. Results are tensors, one, or several with names: `return { a, b: e }`.',
    example: 'model m(x: f32[4]) -> f32[5] {\n  x\n}\n',
  },
  {
    code: 'program-name',
    title: 'a program name that the compiled file needs for itself',
    text: 'The compiled file exports one function per program, beside `memory init load prepare read write step`.',
    example: 'model step(x: f32[4]) {\n  x\n}\n',
  },
  {
    code: 'unknown-program',
    title: 'a program that the file does not have',
    text: 'The programs of a file are its models and trains, not those of the files it imports.',
  },
  {
    code: 'unknown-setting',
    title: 'a setting for something that the file does not have',
    text: '`--set name=value` sets a constant of the file itself, `--set model.n=value` a dimension parameter of one of its models or trains.',
  },
  {
    code: 'bad-setting',
    title: 'a setting of the wrong kind',
    text: 'A constant is set to a value of the kind it has: a whole number stays a whole number, a text a text. Dimensions are whole numbers from 1 on.',
  },
  {
    code: 'bad-precision',
    title: 'a precision that is none',
    text: 'A precision says in which float type is stored what a program calls `f32`: `f16` or `bf16`, or `f32` for no change. Whole numbers of 8 bits need scales: they are made by `quantize`.',
    example: 'precision i8\nmodel m(x: f32[4]) {\n  relu(x)\n}\n',
  },
  {
    code: 'repeated-precision',
    title: 'two precisions of one file',
    text: 'The precision holds for all programs of the file, so that there can be one only. A tensor that needs more is kept with `in_full`, and clauses of `minimize` say what optimisers store.',
    example: 'precision f16\nprecision bf16\nmodel m(x: f32[4]) {\n  relu(x)\n}\n',
  },
  {
    code: 'unused-precision',
    title: 'the precision of an imported file',
    text: 'The precision holds for the file that is compiled and all that its programs call. What another file says of its own programs is not used when it is imported.',
  },
] as const satisfies readonly Explanation[];
