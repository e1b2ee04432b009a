/** What any node says of itself, whatever it computes: whether it computes at all, and what the facets of its op are asked with. */
import type { Graph, Leaf, Node } from './graph.ts';
import type { OpContext } from './op/split.ts';
import type { TensorType } from './types.ts';

/** Inputs, variables and constants: values that are there before the program starts. */
export function isLeaf(node: Node): node is Leaf {
  return node.kind === 'input' || node.kind === 'variable' || node.kind === 'constant';
}

/** The types of a node's operands, in order; those of its epilogue come last. */
export function operandTypes(
  { nodes }: Pick<Graph, 'nodes'>,
  { operands }: Pick<Node, 'operands'>,
): readonly TensorType[] {
  return operands.map(operand => nodes[operand].type);
}

/** Of `operands` operands, how many the op itself reads; the rest belong to the epilogue. */
export function ownOperands({ epilogue }: Pick<Node, 'epilogue'>, operands: number): number {
  return epilogue?.firstOperand ?? operands;
}

/** What the facets of the node's op are asked with: its own operands, and its own result as it is before any epilogue. */
export function contextOf(
  node: Pick<Node, 'attributes' | 'epilogue' | 'type'>,
  operands: readonly TensorType[],
): OpContext {
  const own = operands.slice(0, ownOperands(node, operands.length));
  return { operands: own, attributes: node.attributes, result: node.epilogue?.base ?? node.type };
}
