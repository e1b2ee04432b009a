/**
 * What a graph needs before anything is saved, counted as the literature counts. Before: a graph as the language makes it, or its gradient,
 * nothing fused. All counts are of elements; what depends on variables and constants alone is left out, as it need not be computed in a run.
 *
 * - `apart`: every tensor in its own place. A tensor is what leaves a step of the program: inside a normalisation or a softmax there are
 *   more, but nobody would count them. The caller says which nodes are one step.
 * - `activations`: results of contractions, and elementwise results of two tensors (a residual sum); whatever else is elementwise is thought
 *   to be computed in their place, what is pooled is not counted, and neither is what the program returns.
 * - `lowered`: what contractions over windows (convolutions) read, once as it is and once as the matrix that a matrix product would need
 *   instead (im2col): every window written out.
 */
import type { Box, Graph, Node } from '@tessera-dnn/graph';
import { contextOf, elementCount, fullBox, operandTypes, sameShape } from '@tessera-dnn/graph';
import type { KernelOp, OpContext, OpTable } from '@tessera-dnn/graph/op';
import { type Flow, flowOf } from './flow.ts';

export interface Counts {
  readonly activations: number;
  readonly apart: number;
  /** One entry per size of window, the smallest first. */
  readonly lowered: readonly Lowered[];
}

/** Contractions over windows of one size. */
export interface Lowered {
  /** Elements of a window, channels not counted: 9 for 3×3. */
  readonly window: number;
  readonly contractions: number;
  /** Elements of what these contractions read: as it is, and as the matrices that matrix products would read in its place. */
  readonly operands: number;
  readonly matrices: number;
}

/** The step of the program that a node belongs to: nodes with the same object are one step, a node without one is a step alone. */
export type StepOf = (node: Node) => object | undefined;

/** Counts the elements of one graph; if `stepOf` is not given, each node is a step of its own. */
export function countsOf(graph: Graph, table: OpTable, stepOf: StepOf = () => undefined): Counts {
  const varying = varyingNodes(graph);
  const flow = flowOf(graph, table);
  return {
    activations: activationElements(graph, flow, table, varying),
    apart: apartElements(graph, flow, varying, stepOf),
    lowered: loweredBy(graph, table, varying),
  };
}

/** 1 per node that depends on an input. */
export function varyingNodes({ nodes }: Graph): Uint8Array {
  const varying = new Uint8Array(nodes.length);
  nodes.forEach(({ kind, operands }, id) => {
    if (kind === 'input' || operands.some(operand => varying[operand] === 1)) varying[id] = 1;
  });
  return varying;
}

function apartElements(graph: Graph, flow: Flow, varying: Uint8Array, stepOf: StepOf): number {
  const steps = graph.nodes.map(node => stepOf(node) ?? node);
  const leaves = Uint8Array.from(flow.lasts);
  flow.reads.forEach((list, reader) => {
    for (const value of list) if (steps[value] !== steps[reader]) leaves[value] = 1;
  });
  return sumWhere(graph, id => varying[id] === 1 && flow.bytes[id] > 0 && leaves[id] === 1);
}

function activationElements(graph: Graph, flow: Flow, table: OpTable, varying: Uint8Array): number {
  const returned = returnedInPlace(graph, flow);
  return sumWhere(graph, id => {
    if (varying[id] === 0 || flow.bytes[id] === 0 || returned[id] === 1) return false;
    return contracts(graph, graph.nodes[id], table) || joins(graph, flow, id, varying);
  });
}

/** 1 per value that is an output, or becomes one by elementwise ops in its place. */
function returnedInPlace(graph: Graph, flow: Flow): Uint8Array {
  const returned = new Uint8Array(graph.nodes.length);
  for (const { value } of graph.outputs) returned[flow.memoryOf[value]] = 1;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (returned[id] === 1) for (const value of flow.overwrites[id]) returned[value] = 1;
  }
  return returned;
}

/** Sums products: reads two operands, and adds up over axes that the result has not. */
function contracts(graph: Graph, node: Node, table: OpTable): boolean {
  const def = table.find(node.op);
  if (def?.kind !== 'kernel' || node.operands.length < 2) return false;
  return def.space(contextOf(node, operandTypes(graph, node))).combine.length > 0;
}

/** Elementwise over two different tensors of its own shape. */
export function joins({ nodes }: Graph, flow: Flow, id: number, varying: Uint8Array): boolean {
  const own = flow.overwrites[id].filter(value => varying[value] === 1);
  return own.length > 1 && own.every(value => sameShape(nodes[value].type.shape, nodes[id].type.shape));
}

function loweredBy(graph: Graph, table: OpTable, varying: Uint8Array): readonly Lowered[] {
  const byWindow = new Map<number, Lowered>();
  graph.nodes.forEach((node, id) => {
    for (const { window, operands, matrices } of varying[id] === 1 ? windowsOf(graph, node, table, varying) : []) {
      const known = byWindow.get(window);
      byWindow.set(window, {
        window,
        contractions: (known?.contractions ?? 0) + 1,
        operands: (known?.operands ?? 0) + operands,
        matrices: (known?.matrices ?? 0) + matrices,
      });
    }
  });
  return [...byWindow.values()].sort((a, b) => a.window - b.window);
}

/** The operands that vary and of which a contraction reads a window for every element of its result. */
function windowsOf(
  graph: Graph,
  node: Node,
  table: OpTable,
  varying: Uint8Array,
): readonly Omit<Lowered, 'contractions'>[] {
  const def = table.find(node.op);
  if (def?.kind !== 'kernel' || !contracts(graph, node, table)) return [];
  const context = contextOf(node, operandTypes(graph, node));
  const { extents } = def.space(context);
  const moved = extents.map((extent, axis) => movedAxes(def, context, extents, axis, extent));
  return context.operands.flatMap((type, operand) => {
    const moves = extents.map((_, axis) => moved[axis][operand]);
    const window = windowElements(extents, moves);
    const matrices = elementCount(extents.filter((_, axis) => moves[axis] >= 0));
    if (window === 1 || varying[node.operands[operand]] === 0) return [];
    return [{ window, operands: elementCount(type.shape), matrices }];
  });
}

/** Where several axes of the space move along one axis of the operand, the longest is that of the windows, the others are inside them. */
function windowElements(extents: readonly number[], moves: readonly number[]): number {
  const longest = new Map<number, number>();
  moves.forEach((to, axis) => {
    longest.set(to, Math.max(longest.get(to) ?? 1, extents[axis]));
  });
  const moving = moves.map((to, axis) => (to < 0 ? 1 : extents[axis]));
  return elementCount(moving) / elementCount([...longest].map(([to, extent]) => (to < 0 ? 1 : extent)));
}

/** By operand: the axis along which its region moves when a point of the space moves along `axis`; -1 for none. */
function movedAxes(
  def: KernelOp,
  context: OpContext,
  extents: readonly number[],
  axis: number,
  extent: number,
): readonly number[] {
  const origin: Box = { ...fullBox(extents), count: extents.map(() => 1) };
  const end = { ...origin, start: origin.start.map((at, a) => (a === axis ? extent - 1 : at)) };
  const ends = def.regions(context, end);
  return def
    .regions(context, origin)
    .map(({ start }, operand) => start.findIndex((at, a) => at !== ends[operand].start[a]));
}

function sumWhere(graph: Graph, holds: (id: number) => boolean): number {
  return graph.nodes.reduce((sum, { type }, id) => (holds(id) ? sum + elementCount(type.shape) : sum), 0);
}
