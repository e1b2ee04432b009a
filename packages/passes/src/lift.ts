/**
 * Lifts reshapes: one that only adds or drops axes of extent 1 moves in front of the elementwise ops it follows, as far as nobody else reads
 * them. Before: any module. After: arithmetic on values per channel has the shape in which a tensor of many channels reads it, so that
 * fusion finds both side by side; the reshapes are views of what the arithmetic reads.
 *
 * Worked example: `x + reshape(a * b){shape: [8, 1, 1]}` becomes `x + reshape(a) * reshape(b)`.
 */
import type { Graph, Node, ValueId } from '@tessera-dnn/graph';
import { isLeaf, operandTypes, postOrder, rewriteGraph, sameShape } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { takesEpilogue } from './fuse.ts';
import { movesNothing } from './moves-nothing.ts';
import { mapGraphs, type Stage } from './stage.ts';

export const lift: Stage = {
  name: 'lift',
  doc: 'moves reshapes that add or drop axes of extent 1 in front of elementwise ops',
  run: (module, { table }) => mapGraphs(module, graph => liftGraph(graph, table)),
};

function liftGraph(graph: Graph, table: OpTable): Graph {
  const uses = usesOf(graph);
  const opens = (value: ValueId): boolean =>
    uses[value] === 1 && table.find(graph.nodes[value].op)?.kind === 'elementwise';
  const epilogue = epilogues(graph, table, uses, opens);
  const lifts = liftable(graph, opens);
  return rewriteGraph(graph, table, ({ build, node, mapped, copy }) => {
    const [root] = node.operands;
    if (!reshapesOnes(graph, table, node) || lifts[root] === 0 || epilogue[root] === 1) return copy();
    const lifted = new Map<ValueId, ValueId>();
    const over = (operand: ValueId) => lifted.get(operand) ?? mapped(operand);
    for (const value of postOrder(root, value => (opens(value) ? arrays(graph, value) : []))) {
      const { op, operands, attributes, origin } = graph.nodes[value];
      const moved = opens(value)
        ? build.op(op, operands.map(over), attributes, origin)
        : build.op(node.op, [mapped(value)], node.attributes, node.origin);
      lifted.set(value, moved);
    }
    return lifted.get(root);
  });
}

/** 1 per node that would become part of an epilogue: it stays one. */
function epilogues(graph: Graph, table: OpTable, uses: Uint32Array, opens: (value: ValueId) => boolean): Uint8Array {
  const result = new Uint8Array(graph.nodes.length);
  graph.nodes.forEach(({ operands, type }, value) => {
    const continues = operands.some(operand => {
      const before = graph.nodes[operand];
      const alike = uses[operand] === 1 && sameShape(before.type.shape, type.shape);
      return alike && (takesEpilogue(before, table) || result[operand] === 1);
    });
    result[value] = continues && opens(value as ValueId) ? 1 : 0;
  });
  return result;
}

/**
 * 1 where a reshape may pass all of the tree of elementwise ops that it alone reads: what they read has their shape or is one number. It may
 * not come to stand after a leaf (a variable lies where its first reader wants it, and a reshape wants nothing), nor inside the tree,
 * which it would cut in two.
 */
function liftable(graph: Graph, opens: (value: ValueId) => boolean): Uint8Array {
  const result = new Uint8Array(graph.nodes.length);
  graph.nodes.forEach((node, value) => {
    const passes = (operand: ValueId) =>
      result[operand] === 1 && sameShape(graph.nodes[operand].type.shape, node.type.shape);
    const lifts = opens(value as ValueId) ? arrays(graph, value as ValueId).every(passes) : !isLeaf(node);
    result[value] = lifts ? 1 : 0;
  });
  return result;
}

/** The operands that are more than one number. */
function arrays(graph: Graph, value: ValueId): readonly ValueId[] {
  return graph.nodes[value].operands.filter(operand => graph.nodes[operand].type.shape.length > 0);
}

function usesOf(graph: Graph): Uint32Array {
  const uses = new Uint32Array(graph.nodes.length);
  for (const { operands } of graph.nodes) for (const operand of operands) uses[operand]++;
  for (const { value } of [...graph.outputs, ...graph.updates]) uses[value]++;
  return uses;
}

function reshapesOnes(graph: Graph, table: OpTable, node: Node): boolean {
  const operands = operandTypes(graph, node);
  const long = (shape: readonly number[]) => shape.filter(extent => extent !== 1);
  return (
    operands.length === 1 &&
    movesNothing(node, operands, table) &&
    sameShape(long(operands[0].shape), long(node.type.shape)) &&
    long(node.type.shape).length > 0
  );
}
