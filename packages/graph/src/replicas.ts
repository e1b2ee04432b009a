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

/**
 * By node of `graph`, which may hold replicas: the node of `kept`, the same program before anything was copied, that computes the same;
 * undefined where there is none. Leaves count too: inputs by name, variables by number, constants by what they hold.
 */
export function counterparts(graph: Graph, kept: Graph): readonly (ValueId | undefined)[] {
  if (graph === kept) return graph.nodes.map((_, id) => id as ValueId);
  const facts = new Interner();
  const known = new NodeTable();
  const keyOf = (of: Graph): ((id: number) => number) => {
    const names = new Map(of.inputs.map(({ name, value }) => [value as number, name]));
    return id => facts.intern(names.has(id) ? `input ${names.get(id)}` : factsOf(original(of.nodes[id])));
  };
  const keptKey = keyOf(kept);
  kept.nodes.forEach(({ operands }, id) => {
    const key = keptKey(id);
    if (known.find(key, operands) === undefined) known.add(key, operands, id);
  });
  const key = keyOf(graph);
  const found: (ValueId | undefined)[] = [];
  graph.nodes.forEach(({ operands }, id) => {
    const theirs = operands.map(operand => found[operand] ?? -1);
    found.push(known.find(key(id), theirs) as ValueId | undefined);
  });
  return found;
}

function original({ replica: _, ...node }: Node): Node {
  return node;
}
