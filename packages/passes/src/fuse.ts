/**
 * Fusion of elementwise ops. Before: any module. After: chains and trees of elementwise ops are `map` nodes, or the epilogue of the
 * kernel op or row that produces what they work on; each has as many elements as the node it becomes part of.
 *
 * 1. Groups grow backwards from a root (see groups.ts): elementwise nodes of the root's number of elements, and at most one kernel op
 *    or row in parts of exactly the root's shape, the group's *base*, where the group is not too long for an epilogue.
 * 2. A group with a base becomes the base's op with an epilogue, at the root's place; one without becomes a `map`. What is smaller
 *    than the root stays a node of its own: inside, it would be computed again for every element.
 * 3. Scalar constants become steps. An elementwise node alone, without such constants, stays as it is.
 */
import type { Graph, GraphBuilder, Node, OpTable, TensorType, ValueId } from '@tessera/graph';
import { elementCount, prune, rewriteGraph, rowCombine, sameShape, stepCost } from '@tessera/graph';
import { bodyOf, scalarStep, scalarSteps, sourceCount } from './body.ts';
import { type Group, groupNodes } from './groups.ts';
import { mapGraphs, type Stage } from './stage.ts';

/** Longer expressions are cut: registers and code grow with them. */
const mostSteps = 48;
/** A vertex reads so many tensors at most. */
const mostSources = 12;
/**
 * Instructions of the longest epilogue. A kernel repeats its epilogue for every sum of a register tile, while the others wait for it
 * in registers: an exponential there takes longer than in a pass of its own over the results.
 */
const longestEpilogue = 20;

export const fuse: Stage = {
  name: 'fuse',
  doc: 'merges elementwise ops with each other and into the epilogues of kernel ops',
  run: (module, { table }) => mapGraphs(module, graph => fuseGraph(prune(graph), table)),
};

interface Fusion {
  readonly type: TensorType;
  /** Instructions of its elementwise members. */
  instructions: number;
  /** The kernel op the group is the epilogue of. */
  base?: ValueId;
}

function fuseGraph(graph: Graph, table: OpTable): Graph {
  const groups = groupNodes<Fusion>(graph, {
    start: node =>
      isElementwise(node, table) ? { type: node.type, instructions: instructionsOf(graph, table, node) } : undefined,
    join: (group, node, id) => joins(graph, table, group, node, id),
  });
  return rewriteGraph(graph, table, ({ build, id, mapped, copy }) => {
    const group = groups[id];
    if (group === undefined) return copy();
    if (group.root !== id) return undefined;
    return group.facts.base === undefined
      ? buildMap(build, graph, group, mapped, copy)
      : buildEpilogue(build, graph, group, group.facts.base, mapped);
  });
}

function isElementwise(node: Node, table: OpTable): boolean {
  return table.find(node.op)?.kind === 'elementwise';
}

function joins(graph: Graph, table: OpTable, group: Group<Fusion>, node: Node, id: ValueId): boolean {
  const { facts, members } = group;
  // What the base itself reads must be there before it.
  if (facts.base !== undefined && graph.nodes[facts.base].operands.includes(id)) return false;
  if (isElementwise(node, table)) {
    const instructions = facts.instructions + instructionsOf(graph, table, node);
    if (facts.base !== undefined && instructions > longestEpilogue) return false;
    const fits = elementCount(node.type.shape) === elementCount(facts.type.shape);
    if (!fits || members.length >= mostSteps || sourceCount(graph, [...members, id]) > mostSources) return false;
    facts.instructions = instructions;
    return true;
  }
  if (facts.base !== undefined || node.epilogue !== undefined || facts.instructions > longestEpilogue) return false;
  if (!takesEpilogue(node, table) || !sameShape(node.type.shape, facts.type.shape)) return false;
  facts.base = id;
  return true;
}

function takesEpilogue({ op, body }: Node, table: OpTable): boolean {
  return table.find(op)?.kind === 'kernel' || (op === 'row' && rowCombine(body ?? []) !== undefined);
}

function instructionsOf(graph: Graph, table: OpTable, node: Node): number {
  const elements = node.operands.map(operand => graph.nodes[operand].type.element);
  return stepCost(table, scalarStep(node, []), elements);
}

function buildMap(
  build: GraphBuilder,
  graph: Graph,
  { root, members }: Group<Fusion>,
  mapped: (value: ValueId) => ValueId,
  copy: () => ValueId,
): ValueId {
  const { sources, steps } = bodyOf(graph, [...members].reverse(), [], scalarStep);
  if (steps.length === 1) return copy();
  const { type, origin } = graph.nodes[root];
  return build.append({ op: 'map', operands: sources.map(mapped), attributes: {}, type, body: steps, origin });
}

/** The base at the root's place; it blames the base's line, which says more than that of an addition. */
function buildEpilogue(
  build: GraphBuilder,
  graph: Graph,
  { root, members }: Group<Fusion>,
  base: ValueId,
  mapped: (value: ValueId) => ValueId,
): ValueId {
  const { op, operands, attributes, body, type, origin } = graph.nodes[base];
  const elementwise = members.filter(member => member !== base).reverse();
  const { sources, steps } = bodyOf(graph, elementwise, [base], scalarStep);
  const epilogue = { base: type, firstOperand: operands.length, steps: scalarSteps(steps) };
  return build.append({
    op,
    operands: [...operands, ...sources.slice(1)].map(mapped),
    attributes,
    type: graph.nodes[root].type,
    ...(body && { body }),
    epilogue,
    origin,
  });
}
