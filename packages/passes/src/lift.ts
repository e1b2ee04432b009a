/**
 * Lifts reshapes: one that only adds or drops axes of extent 1 moves in front of the elementwise ops it follows, as far as nobody else reads
 * them. Before: any module. After: arithmetic on values per channel has the shape in which a tensor of many channels reads it, so that
 * fusion finds both side by side; the reshapes are views of what the arithmetic reads.
 *
 * Worked example: `x + reshape(a * b){shape: [8, 1, 1]}` becomes `x + reshape(a) * reshape(b)`.
 */
import type { Graph, Node, OpTable, ValueId } from '@tessera/graph';
import { rewriteGraph, sameShape } from '@tessera/graph';
import { takesEpilogue } from './fuse.ts';
import { isLeaf } from './memory/flow.ts';
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
  // What would be an epilogue stays one.
  const isEpilogue = (value: ValueId): boolean =>
    opens(value) &&
    graph.nodes[value].operands.some(operand => {
      const before = graph.nodes[operand];
      const alike = uses[operand] === 1 && sameShape(before.type.shape, graph.nodes[value].type.shape);
      return alike && (takesEpilogue(before, table) || isEpilogue(operand));
    });
  return rewriteGraph(graph, table, ({ build, node, mapped, copy }) => {
    const [value] = node.operands;
    if (!reshapesOnes(graph, table, node) || !lifts(graph, value, opens) || isEpilogue(value)) return copy();
    const lifted = (value: ValueId): ValueId => {
      if (!opens(value)) return build.op(node.op, [mapped(value)], node.attributes, node.origin);
      const { op, operands, attributes, origin } = graph.nodes[value];
      const moved = operands.map(operand => (isScalar(graph, operand) ? mapped(operand) : lifted(operand)));
      return build.op(op, moved, attributes, origin);
    };
    return lifted(node.operands[0]);
  });
}

/**
 * Whether a reshape may pass all of the tree of elementwise ops that it alone reads: what they read has their shape or is one number. It may
 * not come to stand behind a leaf (a variable lies where its first reader wants it, and a reshape wants nothing), nor inside the tree,
 * which it would cut in two.
 */
function lifts(graph: Graph, value: ValueId, opens: (value: ValueId) => boolean): boolean {
  const node = graph.nodes[value];
  if (!opens(value)) return !isLeaf(node);
  return node.operands.every(
    operand =>
      isScalar(graph, operand) ||
      (sameShape(graph.nodes[operand].type.shape, node.type.shape) && lifts(graph, operand, opens)),
  );
}

function usesOf(graph: Graph): Uint32Array {
  const uses = new Uint32Array(graph.nodes.length);
  for (const { operands } of graph.nodes) for (const operand of operands) uses[operand]++;
  for (const { value } of [...graph.outputs, ...graph.updates]) uses[value]++;
  return uses;
}

function reshapesOnes(graph: Graph, table: OpTable, node: Node): boolean {
  const operands = node.operands.map(operand => graph.nodes[operand].type);
  const long = (shape: readonly number[]) => shape.filter(extent => extent !== 1);
  return (
    operands.length === 1 &&
    movesNothing(node, operands, table) &&
    sameShape(long(operands[0].shape), long(node.type.shape)) &&
    long(node.type.shape).length > 0
  );
}

function isScalar(graph: Graph, value: ValueId): boolean {
  return graph.nodes[value].type.shape.length === 0;
}
