/** Params and states. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const variables = [
  {
    code: 'bad-initialiser',
    title: 'a first value that the variable cannot have',
    text: 'After the `=` of a param or state stands a number, a list of the same shape, or an initialiser: zeros, ones, constant(v), uniform(lo, hi), normal(mean, std), glorot_uniform, glorot_normal, he_uniform, he_normal, fan_in_uniform. Random ones are for floating-point variables.',
    example: 'model m(x: f32[4]) {\n  state count: i32[] = 0.5\n  x\n}\n',
  },
  {
    code: 'duplicate-path',
    title: 'two variables with one path',
    text: 'The path of a variable is the labels of the calls around it and its own name. Two calls with one label, or a variable declared in a loop, would give two variables one path. An unlabelled call gets a label of its own.',
    example:
      'block layer(x) {\n  param w: like(x) = ones\n  x * w\n}\nmodel m(x: f32[4]) {\n  x |> layer() as a |> layer() as a\n}\n',
  },
  {
    code: 'variable-clash',
    title: 'one path for two different variables of two models',
    text: 'All models of a file share their variables: a path stands for one variable. So it must have one type, and be a param in both or a state in both.',
    example:
      'model a(x: f32[4]) {\n  param w: f32[4] = ones\n  x * w\n}\nmodel b(x: f32[5]) {\n  param w: f32[5] = ones\n  x * w\n}\n',
  },
  {
    code: 'unknown-variable',
    title: 'a path at which no variable has been declared',
    text: '`variables("…")`, `params` and `states` name what the program has declared before them, by its path; the labels around them are left out. `with: "…"` names the label of an earlier call, whose variables the call uses, and `with` of a record gives values to variables by their paths.',
    example:
      'block layer(x) {\n  param weight: like(x) = ones\n  x * weight\n}\nmodel m(x: f32[4]) {\n  let y = layer(x) as token\n  return y * params("tokens.weight")\n}\n',
  },
] as const satisfies readonly Explanation[];
