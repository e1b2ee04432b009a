/**
 * What a call may name besides items of a file: ops of the table, and the language's own functions, which are not single ops. Suggestions
 * for a mistyped name are chosen from these.
 */
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Expression } from '../ast.ts';
import type { BuiltinName } from './builtin-names.ts';
import { builtinNames } from './builtin-names.ts';
import { findItem, type Home, visibleNames } from './files.ts';
import type { Callee } from './value.ts';

/** The initialisers of params and states. They have this meaning only after the `=` of such a declaration. */
export const initialiserNames = [
  'zeros',
  'ones',
  'constant',
  'uniform',
  'normal',
  'glorot_uniform',
  'glorot_normal',
  'he_uniform',
  'he_normal',
  'fan_in_uniform',
] as const;
export type InitialiserName = (typeof initialiserNames)[number];

/** Whether the expression says `automatic` or `automatic(…)`, which means something in the clause `scale` only. */
export function isAutomatic(expression: Expression): boolean {
  return (
    (expression.kind === 'reference' && expression.name === 'automatic') ||
    (expression.kind === 'call' && expression.callee.text === 'automatic')
  );
}

/** What `name` calls in a file: an item of the file, else one of the prelude, else a built-in function. */
export function findCallee(table: OpTable, file: Home, name: string): Callee | undefined {
  const visible = findItem(file, name);
  if (visible !== undefined) return { kind: 'item', visible };
  if (isBuiltin(name)) return { kind: 'builtin', name };
  const op = table.find(name);
  return op === undefined ? undefined : { kind: 'op', op };
}

/**
 * Names for truth values that a call takes from where it stands: whether the program trains, and whether it computes with gradients, so that
 * these may be differentiated again.
 */
export type Circumstance = 'training' | 'higher_order';

/** Whether the name is one of these, unless something else is called so. */
export function isCircumstance(name: string): name is Circumstance {
  return name === 'training' || name === 'higher_order';
}

/** Whether the name is that of a built-in initialiser. */
export function isInitialiser(name: string): name is InitialiserName {
  return (initialiserNames as readonly string[]).includes(name);
}

function isBuiltin(name: string): name is BuiltinName {
  return (builtinNames as readonly string[]).includes(name);
}

/** All names that can be called in a file. */
export function calleeNames(table: OpTable, file: Home): string[] {
  return [...visibleNames(file), ...builtinNames, ...table.all.map(op => op.name)];
}
