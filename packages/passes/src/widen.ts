/**
 * Lets each reader widen 16-bit floats for itself. A tensor that is stored in 16 bits and read as f32 by several nodes would lie in memory
 * in 32 bits, which is what 16 bits are to save; to widen what is loaded costs next to nothing. Before: any module. After: a node that
 * only widens its operand is there once for each reader that can take it in, elementwise work or a reduction, as a replica that the later
 * passes fuse into its reader. Other readers keep the original.
 */
import type { Graph, Node, ValueId } from '@tessera-dnn/graph';
import { elementBytes, isFloat, prune, rewriteGraph } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { reductionOf } from './rows.ts';
import { mapGraphs, type Stage } from './stage.ts';
import { usesOf } from './uses.ts';

export const widen: Stage = {
  name: 'widen',
  doc: 'lets each reader of 16-bit floats widen them for itself',
  run: (module, { table }) => mapGraphs(module, graph => widenAtReaders(prune(graph), table)),
};

function widenAtReaders(graph: Graph, table: OpTable): Graph {
  const shared = sharedWidenings(graph, table);
  if (!shared.includes(1)) return graph;
  let replicas = 0;
  return rewriteGraph(graph, table, ({ build, node, mapped, copy }) => {
    if (!takesIn(graph, table, node) || !node.operands.some(operand => shared[operand] === 1)) return copy();
    const operands = node.operands.map(operand => {
      if (shared[operand] === 0) return mapped(operand);
      const widening = graph.nodes[operand];
      replicas++;
      return build.append({ ...widening, operands: widening.operands.map(mapped), replica: replicas });
    });
    return build.append({ ...node, operands });
  });
}

/** 1 for each node that only widens floats and that more than one node reads. */
function sharedWidenings(graph: Graph, table: OpTable): Uint8Array {
  const uses = usesOf(graph);
  return Uint8Array.from(graph.nodes, (node, id) => (uses[id] > 1 && widens(graph, table, node) ? 1 : 0));
}

function widens(graph: Graph, table: OpTable, node: Node): boolean {
  if (table.find(node.op)?.kind !== 'elementwise' || node.operands.length !== 1) return false;
  const from = graph.nodes[node.operands[0] as ValueId].type.element;
  const to = node.type.element;
  return isFloat(from) && isFloat(to) && elementBytes[from] < elementBytes[to];
}

function takesIn(graph: Graph, table: OpTable, node: Node): boolean {
  return table.find(node.op)?.kind === 'elementwise' || reductionOf(graph, table, node) !== undefined;
}
