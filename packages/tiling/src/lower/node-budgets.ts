/** Budgets of single nodes. */
import type { ValueId } from '@tessera-dnn/graph';

/**
 * What single nodes may take, where a program is planned node by node: by program of the module, by node, the bytes that its regions and results
 * may take on a tile. A node that is not there may take whatever makes it fast.
 */
export type NodeBudgets = readonly ReadonlyMap<ValueId, number>[];
