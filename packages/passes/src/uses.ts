/** How often values are read. */
import type { Graph } from '@tessera-dnn/graph';

/** For every node, how many nodes, outputs and updates read it; a node that reads it twice counts once. */
export function usesOf({ nodes, outputs, updates }: Graph): Uint32Array {
  const uses = new Uint32Array(nodes.length);
  for (const { operands } of nodes) for (const operand of new Set(operands)) uses[operand]++;
  for (const { value } of [...outputs, ...updates]) uses[value]++;
  return uses;
}
