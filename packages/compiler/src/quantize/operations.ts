/** Counts the operations of a program that read floats, where 8 bits were wanted. */
import type { ValueId } from '@tessera-dnn/graph';
import type { Flow } from './reads.ts';
import { isAverage } from './reads.ts';
import { fromLevels } from './roles.ts';
import { valueName } from './value-name.ts';

/** How many operations compute with what is stored, and the names of those that read floats. */
export function operationsOf(flow: Flow): { readonly count: number; readonly inFloats: readonly string[] } {
  const { graph, roles, fed } = flow;
  let count = 0;
  const inFloats: string[] = [];
  for (const [at, { op, operands }] of graph.nodes.entries()) {
    const id = at as ValueId;
    const role = roles[id];
    const reads =
      role === 'contracts' || role === 'averages' || op === 'max_pool' || (role === 'totals' && isAverage(flow, id));
    if (fed[id] === 0 || !reads) continue;
    count++;
    if (operands.some(operand => !isOnLevels(flow, operand))) inFloats.push(valueName(flow, id));
  }
  return { count, inFloats };
}

/** Whether a value was just levels, or is carried from there. */
function isOnLevels({ graph, roles }: Flow, value: ValueId): boolean {
  let at = value;
  while (roles[at] === 'carries') at = graph.nodes[at].operands[0];
  return graph.nodes[at].op === fromLevels;
}
