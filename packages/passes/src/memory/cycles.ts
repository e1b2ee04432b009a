/**
 * What nodes cost, roughly: enough to tell a convolution from an addition before anything is placed on tiles. In cycles of a tile that
 * multiplies and adds eight times a cycle in contractions and does one step for four elements elsewhere.
 */
import type { Graph, Node, OpTable, TensorType } from '@tessera/graph';
import { contextOf, elementCount, operandTypes } from '@tessera/graph';

const contractionsPerCycle = 8;
const elementsPerCycle = 4;

/** By node; 0 for leaves. */
export function cyclesOf(graph: Graph, table: OpTable): Float64Array {
  return Float64Array.from(graph.nodes, node => nodeCycles(node, operandTypes(graph, node), table));
}

function nodeCycles(node: Node, operands: readonly TensorType[], table: OpTable): number {
  if (node.operands.length === 0) return 0;
  const elements = elementCount(node.type.shape);
  const def = table.find(node.op);
  if (node.kind === 'row') {
    const full = elementCount(node.attributes['shape'] as readonly number[]);
    return (full * (node.body?.length ?? 1)) / elementsPerCycle;
  }
  const epilogue = (elements * (node.epilogue?.steps.length ?? 0)) / elementsPerCycle;
  if (def?.kind !== 'kernel') return (elements * (node.body?.length ?? 1)) / elementsPerCycle;
  const context = contextOf(node, operands);
  const { extents, combine } = def.space(context);
  const contracts = combine.length > 0 && context.operands.length > 1;
  return elementCount(extents) / (contracts ? contractionsPerCycle : elementsPerCycle) + epilogue;
}
