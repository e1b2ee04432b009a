/**
 * Tells operations between which numbers their operands lie. A kernel may be quicker for numbers of 8 bits that are never negative, which is
 * so behind a relu. Before: any module of plain ops. After: an op that asks for `bounds` has them as an attribute, one interval for each of its
 * operands, if one of 8 bits is known to have fewer numbers than its type.
 *
 * Bounds are carried forwards from constants and from the ranges of element types, by what each op says of itself.
 */
import type { Graph, Node } from '@tessera-dnn/graph';
import { elementBytes, isInteger, operandTypes, rewriteGraph, type TensorType } from '@tessera-dnn/graph';
import { elementInterval, heldBounds, type Interval, type OpTable, resultBounds, within } from '@tessera-dnn/graph/op';
import { mapGraphs, type Stage } from './stage.ts';

export const bound: Stage = {
  name: 'bound',
  doc: 'finds between which numbers what is contracted lies',
  run: (module, { table }) => mapGraphs(module, graph => withBounds(graph, table)),
};

function withBounds(graph: Graph, table: OpTable): Graph {
  if (!graph.nodes.some(node => asks(graph, table, node))) return graph;
  const bounds = boundsOf(graph, table);
  return rewriteGraph(graph, table, ({ build, node, mapped, copy }) => {
    if (!asks(graph, table, node)) return copy();
    const known = node.operands.map(operand => bounds[operand]);
    const tighter = operandTypes(graph, node).some(
      (type, i) => isByte(type) && !within(elementInterval(type.element), known[i]),
    );
    if (!tighter) return copy();
    return build.op(node.op, node.operands.map(mapped), { ...node.attributes, bounds: known }, node.origin);
  });
}

/** Whether the kernels of a node are other ones for some bounds of its operands. */
function asks(graph: Graph, table: OpTable, node: Node): boolean {
  const def = table.find(node.op);
  return def?.kind === 'kernel' && def.bounded === true && operandTypes(graph, node).some(isByte);
}

function isByte({ element }: TensorType): boolean {
  return isInteger(element) && elementBytes[element] === 1;
}

/** For every node, an interval that has all elements of its result in it. */
function boundsOf(graph: Graph, table: OpTable): readonly Interval[] {
  const found: Interval[] = [];
  for (const node of graph.nodes) found.push(nodeBounds(graph, table, node, found));
  return found;
}

function nodeBounds(graph: Graph, table: OpTable, node: Node, found: readonly Interval[]): Interval {
  const { element } = node.type;
  if (node.kind === 'constant') return heldBounds(dataBounds(node.data), element);
  const def = table.find(node.op);
  if (def === undefined || node.epilogue !== undefined) return elementInterval(element);
  return resultBounds(def, {
    operands: node.operands.map(operand => found[operand]),
    attributes: node.attributes,
    elements: operandTypes(graph, node).map(type => type.element),
    element,
  });
}

function dataBounds(data: number | Float64Array): Interval {
  if (typeof data === 'number') return [data, data];
  return [data.reduce((a, b) => Math.min(a, b), Infinity), data.reduce((a, b) => Math.max(a, b), -Infinity)];
}
