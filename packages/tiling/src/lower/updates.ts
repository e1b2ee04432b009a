/**
 * When the new values of variables are written, and where.
 *
 * The old value of a variable is dead after its last reader in its program: every node that takes it as an operand, or a view of it
 * (what movement makes of it may be one), and the program's outputs. So
 * 1. a node that computes a new value and does not come before that reader may write it over the variable (`over`); whether it does
 *    depends on how both are cut and lie, which `compute.ts` finds out;
 * 2. where it does not, the value is copied over the old one as soon as both are there: after the node and after the last reader;
 * 3. what is made of other variables' old values alone, without computing, waits for the end, where all such are exchanged at once.
 */
import { type Graph, isLeaf, type Program } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { TileOptions } from './lowering.ts';

export type Update = Graph['updates'][number];

export interface UpdatePlan {
  /** The variable whose memory a node's result may take. */
  readonly over: ReadonlyMap<number, number>;
  /** The updates that can be made after a node. */
  readonly after: ReadonlyMap<number, readonly Update[]>;
  /** Those that wait for the end of the program. */
  readonly last: readonly Update[];
}

/** Plans the updates of one program. With `inPlace: false` all of them wait for its end. */
export function planUpdates({ graph, kind }: Program, { table, inPlace = true }: TileOptions): UpdatePlan {
  if (kind === 'prepare' || !inPlace) return { over: new Map(), after: new Map(), last: graph.updates };
  const carried = carriedVariables(graph, table);
  const lastReader = lastReaders(graph, carried);
  const over = new Map<number, number>();
  const after = new Map<number, Update[]>();
  const last: Update[] = [];
  for (const update of graph.updates) {
    const { variable, value } = update;
    const reader = lastReader.get(variable) ?? -1;
    if (reader === Number.POSITIVE_INFINITY || isLeaf(graph.nodes[value]) || carried[value].length > 0) {
      last.push(update);
      continue;
    }
    if (reader <= value && !over.has(value)) over.set(value, variable);
    const at = Math.max(reader, value);
    after.set(at, [...(after.get(at) ?? []), update]);
  }
  return { over, after, last };
}

/** The variables whose memory each value may be a view of. */
function carriedVariables(graph: Graph, table: OpTable): readonly (readonly number[])[] {
  const carried: (readonly number[])[] = [];
  for (const node of graph.nodes) {
    if (node.kind === 'variable') carried.push([node.attributes.variable]);
    else if (table.find(node.op)?.kind === 'movement')
      carried.push([...new Set(node.operands.flatMap(operand => carried[operand]))]);
    else carried.push([]);
  }
  return carried;
}

/** The last node that reads each variable; infinite if its old value is needed at the end of the program. */
function lastReaders(graph: Graph, carried: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  graph.nodes.forEach((node, value) => {
    for (const operand of node.operands) for (const variable of carried[operand]) last.set(variable, value);
  });
  for (const { value } of [...graph.outputs, ...graph.updates]) {
    for (const variable of carried[value]) last.set(variable, Number.POSITIVE_INFINITY);
  }
  return last;
}
