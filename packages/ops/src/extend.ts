/** Operations from outside: the table of this package with more in it. */
import type { OpDef, Rule } from '@tessera/graph';
import { type Ops, tableOf } from './operations.ts';
import { ops } from './table.ts';

/**
 * All operations of this package and `own`, for `compile(source, { table })`. The language calls them by their names, where no block of the
 * file or the prelude and no function of the language has that name. `rules` are rewrites in which `own` have a part. An InternalError
 * where a name is taken.
 */
export function withOperations(own: readonly OpDef[], rules: readonly Rule[] = []): Ops<OpDef> {
  return tableOf<OpDef>([...ops.all, ...own], rules);
}
