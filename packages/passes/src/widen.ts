/**
 * Lets each reader widen 16-bit floats and levels of 8 bits for itself. A tensor that is stored in 16 or 8 bits and read as f32 by several nodes
 * would lie in memory in 32 bits, which is what fewer are to save; to widen what is loaded costs next to nothing. Before: any module. After: a node that
 * only widens its operand is there once for each reader that can take it in, elementwise work or a reduction, as a replica that the later
 * passes fuse into its reader. Other readers keep the original.
 */
import type { Graph, Node } from '@tessera-dnn/graph';
import { elementBytes, elementCount, isFloat, operandTypes, prune, rewriteGraph, sameShape } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { reductionOf } from './rows.ts';
import { mapGraphs, type Stage } from './stage.ts';
import { usesOf } from './uses.ts';

export const widen: Stage = {
  name: 'widen',
  doc: 'lets each reader of 16-bit floats, or levels of 8, widen them for itself',
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

/** 1 for each node that only widens numbers and that more than one node reads. */
function sharedWidenings(graph: Graph, table: OpTable): Uint8Array {
  const uses = usesOf(graph);
  return Uint8Array.from(graph.nodes, (node, id) => (uses[id] > 1 && widens(graph, table, node) ? 1 : 0));
}

/** Besides what it widens, a node may read a few numbers, as a scale is. */
function widens(graph: Graph, table: OpTable, node: Node): boolean {
  const [from, ...others] = operandTypes(graph, node);
  if (table.find(node.op)?.kind !== 'elementwise' || from === undefined) return false;
  const to = node.type;
  const narrow = isFloat(from.element) || from.element === 'i8' || from.element === 'u8';
  return (
    narrow &&
    isFloat(to.element) &&
    elementBytes[from.element] < elementBytes[to.element] &&
    sameShape(from.shape, to.shape) &&
    others.every(({ shape }) => elementCount(shape) === 1 && elementCount(to.shape) > 1)
  );
}

function takesIn(graph: Graph, table: OpTable, node: Node): boolean {
  return table.find(node.op)?.kind === 'elementwise' || reductionOf(graph, table, node) !== undefined;
}
