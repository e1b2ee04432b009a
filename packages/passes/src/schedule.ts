/**
 * The order of nodes. Before: any module. After: the same nodes, in an order in which less memory is live at the peak, if one is found;
 * else as they were.
 *
 * 1. Memory is counted on the graph: whole tensors, results over operands that die, new values over their variables (memory/flow.ts).
 * 2. The best of some heuristics is improved by exact search around its peak (order/best.ts).
 * 3. Leaves are put before their first reader.
 */
import { type Graph, isLeaf, type ValueId } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { flowOf } from './memory/flow.ts';
import { bestOrder, computingNodes } from './order/best.ts';
import { mapGraphs, type Stage } from './stage.ts';

export const schedule: Stage = {
  name: 'schedule',
  doc: 'orders nodes so that less memory is live at the peak',
  run: (module, { table }) => mapGraphs(module, graph => scheduleGraph(graph, table)),
};

function scheduleGraph(graph: Graph, table: OpTable): Graph {
  const base = computingNodes(graph);
  const { order } = bestOrder(flowOf(graph, table), base);
  return order.every((node, at) => node === base[at]) ? graph : reorder(graph, order);
}

/** The nodes of `order`, which has all that compute, each after the leaves that it is the first to read. */
export function reorder(graph: Graph, order: readonly number[]): Graph {
  const places = new Int32Array(graph.nodes.length).fill(-1);
  const old: number[] = [];
  const put = (node: number) => {
    if (places[node] >= 0) return;
    places[node] = old.length;
    old.push(node);
  };
  for (const { value } of graph.inputs) put(value);
  for (const node of order) {
    for (const operand of graph.nodes[node].operands) if (isLeaf(graph.nodes[operand])) put(operand);
    put(node);
  }
  for (const { value } of [...graph.outputs, ...graph.updates]) put(value);
  const place = (value: number) => places[value] as ValueId;
  const moved = <T extends { readonly value: ValueId }>(list: readonly T[]): T[] =>
    list.map(entry => ({ ...entry, value: place(entry.value) }));
  return {
    nodes: old.map(id => ({ ...graph.nodes[id], operands: graph.nodes[id].operands.map(place) })),
    inputs: moved(graph.inputs),
    outputs: moved(graph.outputs),
    updates: moved(graph.updates),
  };
}
