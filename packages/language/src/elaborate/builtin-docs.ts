/** What the language's own functions and the initialisers take and do, in one line each: what an editor shows of them. */
import type { BuiltinName } from './builtin-names.ts';
import type { InitialiserName } from './functions.ts';

/** A parameter is called `name`, with what it is if it is left out behind a `=`. */
export interface BuiltinDoc {
  readonly parameters: readonly string[];
  readonly summary: string;
}

export const builtinDocs: Readonly<Record<BuiltinName | InitialiserName, BuiltinDoc>> = {
  range: {
    parameters: ['start = 0', 'stop', 'step = 1'],
    summary: 'the whole numbers from start up to, but without, stop',
  },
  len: {
    parameters: ['x'],
    summary: 'how many elements a list has, characters a text, or places the first axis of a tensor',
  },
  min: {
    parameters: ['x', 'axis = none', 'keep = false'],
    summary: 'the smallest element along axes, or of several numbers',
  },
  max: {
    parameters: ['x', 'axis = none', 'keep = false'],
    summary: 'the largest element along axes, or of several numbers',
  },
  floor: { parameters: ['x'], summary: 'the largest whole number that is not larger' },
  sqrt: { parameters: ['x'], summary: 'the square root' },
  per_axis: {
    parameters: ['value', 'axes = …'],
    summary: 'one number for each axis: a list as it is, or a number as often as there are axes',
  },
  zeros: {
    parameters: ['shape', 'dtype = f32'],
    summary: 'a tensor of zeros; as the first value of a variable, zeros of its type',
  },
  ones: {
    parameters: ['shape', 'dtype = f32'],
    summary: 'a tensor of ones; as the first value of a variable, ones of its type',
  },
  constant: {
    parameters: ['value', 'shape', 'dtype = f32'],
    summary: 'a tensor of one number, or of the numbers of a list',
  },
  split: { parameters: ['x', 'sections', 'axis = 0'], summary: 'a list of the parts of a tensor along an axis' },
  given: { parameters: ['x'], summary: 'whether an argument was given: false if it is none' },
  refuse: { parameters: ['message', 'help = none'], summary: 'an error at the call of the block, with this message' },
  note: { parameters: ['…'], summary: 'shows what it is given when the program is compiled' },
  gradient: {
    parameters: ['y', 'x'],
    summary: 'the derivative of y, or of the sum of its elements, with respect to x',
  },
  variables: { parameters: ['of', 'path = none'], summary: 'params and states by path, pattern or model' },
  params: { parameters: ['of', 'path = none'], summary: 'params by path, pattern or model' },
  states: { parameters: ['of', 'path = none'], summary: 'states by path, pattern or model' },
  uniform: { parameters: ['lo', 'hi'], summary: 'first values drawn evenly between two numbers' },
  normal: { parameters: ['mean', 'std'], summary: 'first values drawn from a normal distribution' },
  glorot_uniform: {
    parameters: [],
    summary: 'first values drawn evenly, as far as Glorot and Bengio have it for inputs and outputs',
  },
  glorot_normal: {
    parameters: [],
    summary: 'first values drawn normally, as widely as Glorot and Bengio have it for inputs and outputs',
  },
  he_uniform: { parameters: [], summary: 'first values drawn evenly, as far as He and others have it for inputs' },
  he_normal: { parameters: [], summary: 'first values drawn normally, as widely as He and others have it for inputs' },
  fan_in_uniform: {
    parameters: [],
    summary: "first values drawn evenly within 1 / sqrt(inputs), PyTorch's for layers",
  },
};
