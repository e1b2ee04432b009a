/**
 * An estimate of what nodes cost, from the graph alone: it tells a convolution from an addition before anything is cut, placed or recorded.
 * Tiling counts the instructions of recorded kernels instead, by the chip's own table; this knows no chip, so that a graph is recomputed
 * alike on all of them. Only ratios of its numbers are used: what computing a value again adds, as a share of the whole. How far both agree is
 * measured by `tools/fuzz/estimate.slow.test.ts`.
 *
 * In cycles of a tile that multiplies and adds eight times a cycle in contractions, four times as often if both operands have at most 16 bits,
 * and does one step for four elements elsewhere.
 */
import type { Graph, Node, TensorType } from '@tessera-dnn/graph';
import { contextOf, elementBytes, elementCount, operandTypes } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { rowAttributes } from '@tessera-dnn/graph/structural';

const contractionsPerCycle = 8;
const narrowContractionsPerCycle = 4 * contractionsPerCycle;
const elementsPerCycle = 4;

/** By node; 0 for leaves. */
export function estimatedCycles(graph: Graph, table: OpTable): Float64Array {
  return Float64Array.from(graph.nodes, node => nodeCycles(node, operandTypes(graph, node), table));
}

function nodeCycles(node: Node, operands: readonly TensorType[], table: OpTable): number {
  if (node.operands.length === 0) return 0;
  const elements = elementCount(node.type.shape);
  const def = table.find(node.op);
  if (node.kind === 'row') {
    const full = elementCount(rowAttributes(node.attributes).shape);
    return (full * (node.body?.length ?? 1)) / elementsPerCycle;
  }
  const epilogue = (elements * (node.epilogue?.steps.length ?? 0)) / elementsPerCycle;
  if (def?.kind !== 'kernel') return (elements * (node.body?.length ?? 1)) / elementsPerCycle;
  const context = contextOf(node, operands);
  const { extents, combine } = def.space(context);
  const contracts = combine.length > 0 && context.operands.length > 1;
  return elementCount(extents) / (contracts ? multiplyAddsPerCycle(context.operands) : elementsPerCycle) + epilogue;
}

function multiplyAddsPerCycle(operands: readonly TensorType[]): number {
  const narrow = operands.every(({ element }) => elementBytes[element] <= 2);
  return narrow ? narrowContractionsPerCycle : contractionsPerCycle;
}
