/** The table of this package, extended by operations from outside. */
import type { OpDef, Rule } from '@tessera-dnn/graph/op';
import { type Ops, tableOf } from './operations.ts';
import { ops } from './table.ts';

/**
 * All operations of this package and `own`, for `compile(source, { table })`. Programs call them by their names, unless a block of the file
 * or the prelude, or a function of the language, has that name. `rules` are rewrites in which `own` have a part. Throws an `InternalError`
 * if a name is taken.
 */
export function withOperations(own: readonly OpDef[], rules: readonly Rule[] = []): Ops<OpDef> {
  return tableOf<OpDef>([...ops.all, ...own], rules);
}
