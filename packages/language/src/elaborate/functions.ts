/**
 * What a call may name besides items of a file: ops of the table, and the language's own functions, which are not single ops. Suggestions
 * for a mistyped name are chosen from these.
 */
import type { OpDef, OpTable } from '@tessera-dnn/graph/op';
import type { Expression } from '../ast.ts';
import type { FileScope, VisibleItem } from './files.ts';
import { findItem, visibleNames } from './files.ts';

/** Functions that the elaborator evaluates itself; each has an entry in `builtins.ts`. */
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
  'refuse',
] as const;
export type BuiltinName = (typeof builtinNames)[number];

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

export type Callee =
  | { readonly kind: 'item'; readonly visible: VisibleItem }
  | { readonly kind: 'builtin'; readonly name: BuiltinName }
  | { readonly kind: 'op'; readonly op: OpDef };

/** What `name` calls in a file: an item of the file, else one of the prelude, else a built-in function. */
export function findCallee(table: OpTable, file: FileScope, name: string): Callee | undefined {
  const visible = findItem(file, name);
  if (visible !== undefined) return { kind: 'item', visible };
  if (isBuiltin(name)) return { kind: 'builtin', name };
  const op = table.find(name);
  return op === undefined ? undefined : { kind: 'op', op };
}

/** Whether the name is that of a built-in initialiser. */
export function isInitialiser(name: string): name is InitialiserName {
  return (initialiserNames as readonly string[]).includes(name);
}

function isBuiltin(name: string): name is BuiltinName {
  return (builtinNames as readonly string[]).includes(name);
}

/** All names that can be called in a file. */
export function calleeNames(table: OpTable, file: FileScope): string[] {
  return [...visibleNames(file), ...builtinNames, ...table.all.map(op => op.name)];
}
