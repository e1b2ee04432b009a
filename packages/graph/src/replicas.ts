/** Which nodes are replicas of one another. */
import { factsOf } from './facts.ts';
import type { Graph, Node, ValueId } from './graph.ts';
import { Interner, NodeTable } from './hash-cons.ts';

/**
 * By node: the first of those that compute the same bits because they differ in their replica numbers alone, and in operands that do;
 * the node itself where there is no other before it. Whoever chooses how a node is computed chooses for all of them.
 */
export function firstReplicas({ nodes }: Graph): readonly ValueId[] {
  const first = nodes.map((_, id) => id as ValueId);
  if (nodes.every(({ replica }) => replica === undefined)) return first;
  const facts = new Interner();
  const known = new NodeTable();
  nodes.forEach((node, id) => {
    if (node.operands.length === 0) return;
    const key = facts.intern(factsOf(original(node)));
    const operands = node.operands.map(operand => first[operand]);
    const twin = known.find(key, operands);
    if (twin === undefined) known.add(key, operands, id);
    else first[id] = twin as ValueId;
  });
  return first;
}

function original({ replica: _, ...node }: Node): Node {
  return node;
}
