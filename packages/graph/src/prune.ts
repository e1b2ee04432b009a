/** Dead code elimination: keeps the inputs and what outputs and updates need, in the same order, renumbered. */
import type { Graph, Node, ValueId } from './graph.ts';

/** Which nodes an output or an update depends on, or are inputs: 1 per live node. */
export function liveNodes(graph: Graph): Uint8Array {
  const live = new Uint8Array(graph.nodes.length);
  for (const list of [graph.inputs, graph.outputs, graph.updates]) for (const { value } of list) live[value] = 1;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (live[id] === 1) for (const operand of graph.nodes[id].operands) live[operand] = 1;
  }
  return live;
}

/** The graph without dead nodes; the very same object if there are none. */
export function prune(graph: Graph): Graph {
  const live = liveNodes(graph);
  if (live.every(flag => flag === 1)) return graph;
  const renumbered = new Int32Array(graph.nodes.length);
  const nodes: Node[] = [];
  graph.nodes.forEach((node, id) => {
    if (live[id] === 0) return;
    renumbered[id] = nodes.length;
    nodes.push({ ...node, operands: node.operands.map(operand => renumbered[operand] as ValueId) });
  });
  const move = <T extends { readonly value: ValueId }>(list: readonly T[]): T[] =>
    list.map(entry => ({ ...entry, value: renumbered[entry.value] as ValueId }));
  return { nodes, inputs: move(graph.inputs), outputs: move(graph.outputs), updates: move(graph.updates) };
}
