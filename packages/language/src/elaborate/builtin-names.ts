/** The names of the language's own functions. */

/** Functions that the elaborator evaluates itself; each has an entry in `builtins.ts` or `variable-sets.ts`. */
export const builtinNames = [
  'range',
  'len',
  'min',
  'max',
  'floor',
  'sqrt',
  'per_axis',
  'zeros',
  'ones',
  'constant',
  'split',
  'given',
  'refuse',
  'note',
  'gradient',
  'variables',
  'params',
  'states',
] as const;
export type BuiltinName = (typeof builtinNames)[number];

/** Those that name variables by their paths; they may have to run a model first. */
export type VariablesName = 'variables' | 'params' | 'states';
/** Those whose value is there as soon as the arguments are. */
export type ImmediateName = Exclude<BuiltinName, VariablesName>;

/** Whether a function names variables by their paths. */
export function namesVariables(name: BuiltinName): name is VariablesName {
  return name === 'variables' || name === 'params' || name === 'states';
}
