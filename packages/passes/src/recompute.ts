/**
 * Recomputation: values that would wait long for their later readers are computed again instead. Before: any module, its nodes in the
 * order in which they are to run. After: where less memory is live at the peak for it, copies of nodes (`replica: 1`) stand before
 * their readers; all else is as it was and where it was, so that tiling decides as it would without, and every bit of every result
 * is the same.
 *
 * 1. Last of all: a node is what runs, so copies cost what they seem to, and the first pass over them is what it would be anyway.
 * 2. The turn is where most bytes wait (recompute/turn.ts); what is copied is chosen by memory saved and cycles paid (recompute/choose.ts).
 */
import type { Graph, Node, ValueId } from '@tessera-dnn/graph';
import { prune } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { estimatedCycles } from './memory/estimate.ts';
import { flowOf } from './memory/flow.ts';
import { usageOf } from './memory/usage.ts';
import { computingNodes } from './order/best.ts';
import { chooseReplicas, type Recompute } from './recompute/choose.ts';
import type { Replicated } from './recompute/replicas.ts';
import { reorder } from './schedule.ts';
import { mapGraphs, type Stage } from './stage.ts';

export const recompute: Stage = {
  name: 'recompute',
  doc: 'computes values again that would wait long for their readers',
  run: (module, { table, recompute: mode = 'none' }) =>
    mapGraphs(module, (graph, { kind }) =>
      kind === 'model' || kind === 'train' ? recomputeGraph(graph, table, mode) : graph,
    ),
};

/** The graph with copies of nodes before their late readers, as far as `mode` allows; the graph itself where none pays. */
export function recomputeGraph(graph: Graph, table: OpTable, mode: Recompute): Graph {
  if (mode === 'none') return graph;
  const flow = flowOf(graph, table);
  const pure = Uint8Array.from(graph.nodes, ({ op }) => (table.find(op)?.impure ? 0 : 1));
  const plan = chooseReplicas(flow, computingNodes(graph), estimatedCycles(graph, table), pure, mode);
  return plan === undefined ? graph : withReplicas(graph, plan);
}

/** The most bytes of tensors, whole, that live at once when the nodes run in their order: what a target in bytes is about. */
export function peakBytesOf(graph: Graph, table: OpTable): number {
  return usageOf(flowOf(graph, table), computingNodes(graph)).peakBytes;
}

/** The graph with the copies that `replicate` planned. */
export function withReplicas(graph: Graph, { copied, flow, order }: Replicated): Graph {
  const copyOf = new Map(copied.map((node, i) => [node, graph.nodes.length + i]));
  const reads = new Map<number, ReadonlySet<number>>();
  const operandsOf = (id: number, old: Node): readonly ValueId[] => {
    const now = reads.get(id) ?? new Set(flow.operands[id]);
    reads.set(id, now);
    return old.operands.map(operand => {
      const copy = copyOf.get(operand);
      return (copy !== undefined && now.has(copy) ? copy : operand) as ValueId;
    });
  };
  const originals = graph.nodes.map((node, id) => ({ ...node, operands: operandsOf(id, node) }));
  const copies = copied.map((node, i) => ({
    ...graph.nodes[node],
    operands: operandsOf(graph.nodes.length + i, graph.nodes[node]),
    replica: 1,
  }));
  // An original that only late nodes read is not needed any more.
  return prune(reorder({ ...graph, nodes: [...originals, ...copies] }, order));
}
