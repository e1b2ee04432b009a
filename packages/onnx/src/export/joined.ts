/**
 * Several nodes of a graph that ONNX has one operator for: a contraction with the bias behind it, and a batch norm that runs. What runs models, and who
 * reads them, knows layers by these.
 */
import { type Graph, isFloat, type Node, type OpNode, type ValueId } from '@tessera-dnn/graph';
import { gemm } from './operations/contraction.ts';
import { exportOf } from './operations/table.ts';
import type { Export, Exporting } from './operator.ts';

/** What is written in place of a node. */
export interface Joined {
  /** The node that says how. */
  readonly node: OpNode;
  /** What the operator takes. */
  readonly operands: readonly ValueId[];
  readonly write: Export;
}

/** What is written in place of the node `value`; undefined if that is written as it is. `uses` are those of each value. */
export function joinedAt(graph: Graph, value: ValueId, uses: readonly number[]): Joined | undefined {
  const node = graph.nodes[value];
  if (node.kind !== 'op' || node.op !== 'add' || !isFloat(node.type.element)) return undefined;
  return batchNorm(graph, node) ?? withBias(graph, node, uses);
}

/** How often each value is read. */
export function usesIn({ nodes, outputs, updates }: Graph): readonly number[] {
  const uses = nodes.map(() => 0);
  const read = [...nodes.flatMap(({ operands }) => operands), ...[...outputs, ...updates].map(({ value }) => value)];
  for (const value of read) uses[value]++;
  return uses;
}

/** A contraction whose result nothing else reads, with a bias that its operator takes. */
function withBias({ nodes }: Graph, sum: OpNode, uses: readonly number[]): Joined | undefined {
  for (const [at, bias] of [sum.operands, sum.operands.toReversed()]) {
    const node = nodes[at];
    if (node.kind !== 'op' || uses[at] !== 1 || !node.operands.every(value => isFloat(nodes[value].type.element)))
      continue;
    if (node.op === 'conv' || node.op === 'conv_transpose') {
      const channels = alongChannels(nodes, bias, node.type.shape);
      if (channels === undefined) continue;
      const write = exportOf(node.op);
      return write && { node, operands: [...node.operands, channels], write };
    }
    const isMatrix = [at, ...node.operands].every(value => nodes[value].type.shape.length === 2);
    const fits = isMatrix && nodes[bias].type.shape.length <= 2 && sum.type.shape.join() === node.type.shape.join();
    if (node.op === 'matmul' && fits) return { node, operands: [...node.operands, bias], write: gemm };
  }
  return undefined;
}

/** The value of one axis that broadcasts along axis 1 of a tensor of this shape; undefined if this is none. */
function alongChannels(nodes: readonly Node[], value: ValueId, shape: readonly number[]): ValueId | undefined {
  const node = nodes[value];
  const [channels] = node.type.shape;
  const isAlong = node.type.shape.length === shape.length - 1 && channels === shape[1];
  if (!isAlong || node.type.shape.slice(1).some(extent => extent !== 1)) return undefined;
  const [inside] = node.op === 'reshape' ? node.operands : [];
  if (inside !== undefined && nodes[inside].type.shape.length === 1) return inside;
  return shape.length === 2 ? value : undefined;
}

/** x · s + (bias - mean · s), where s = weight / √(variance + ε): the form that the block `batch_norm` has when it runs. */
function batchNorm({ nodes }: Graph, sum: OpNode): Joined | undefined {
  const along = (value: ValueId | undefined) =>
    value === undefined ? undefined : alongChannels(nodes, value, sum.type.shape);
  const operandsOf = (value: ValueId | undefined, op: string): readonly ValueId[] =>
    value !== undefined && nodes[value].op === op ? nodes[value].operands : [];
  const [product, end] = sum.operands;
  const [x, factor] = operandsOf(product, 'mul');
  const [scale, shift] = [along(factor), along(end)];
  const [weight, root] = operandsOf(scale, 'mul');
  const [variance, small] = operandsOf(operandsOf(root, 'rsqrt')[0], 'add');
  const [bias, moved] = operandsOf(shift, 'sub');
  const [mean, again] = operandsOf(moved, 'mul');
  const epsilon = small === undefined ? undefined : nodes[small].data;
  const known = [x, weight, bias, mean, variance].filter(value => value !== undefined);
  const [, channels] = sum.type.shape;
  const isAlong = known.slice(1).every(value => nodes[value].type.shape.join() === `${channels}`);
  const isWhole = known.length === 5 && again === scale && nodes[x].type.shape.join() === sum.type.shape.join();
  if (!isWhole || !isAlong || typeof epsilon !== 'number') return undefined;
  const write = ({ inputs, emit }: Exporting) => emit('BatchNormalization', inputs, { epsilon: { float: epsilon } });
  return { node: sum, operands: known, write };
}
