/**
 * Where the epilogue of a kernel narrows its sums to 8 bits. Of two such kernels whose results meet, as those of a residual block do, only one
 * can take in what follows; the other must end where it narrows, or its sums would be stored in four times the memory.
 */
import type { Graph, Node, TensorType, ValueId } from '@tessera-dnn/graph';
import { elementBytes, isInteger, sameShape } from '@tessera-dnn/graph';
import { usesOf } from './uses.ts';

/** What elementwise nodes are the epilogue of, if they are made part of nothing else; by node. */
export interface NarrowEnds {
  /** Of a node that is the first to narrow what a kernel gives: the kernel. */
  readonly ends: readonly (ValueId | undefined)[];
  /** Of a node that is not narrowed on the way: the kernel. */
  readonly bases: readonly (ValueId | undefined)[];
}

/** Whether a result of 8 bits is made of wider numbers. */
export function narrowsTo8(result: TensorType, from: TensorType): boolean {
  return isInteger(result.element) && elementBytes[result.element] === 1 && elementBytes[from.element] > 1;
}

/** Finds them in a graph, given which nodes are elementwise and which take an epilogue. */
export function narrowEnds(
  graph: Graph,
  is: { readonly elementwise: (node: Node) => boolean; readonly base: (node: Node) => boolean },
): NarrowEnds {
  const uses = usesOf(graph);
  const ends: (ValueId | undefined)[] = [];
  const bases: (ValueId | undefined)[] = [];
  for (const node of graph.nodes) {
    const found = is.elementwise(node)
      ? node.operands
          .filter(operand => uses[operand] === 1 && sameShape(graph.nodes[operand].type.shape, node.type.shape))
          .map(operand => (is.base(graph.nodes[operand]) ? operand : bases[operand]))
          .find(base => base !== undefined)
      : undefined;
    const ending = found !== undefined && narrowsTo8(node.type, graph.nodes[found].type);
    ends.push(ending ? found : undefined);
    bases.push(ending ? undefined : found);
  }
  return { ends, bases };
}
