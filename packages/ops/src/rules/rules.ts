/** All rewrites that span ops, in the order they are tried. */
import type { Rule } from '@tessera/graph';

export const rules: readonly Rule[] = [];
