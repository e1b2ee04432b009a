/**
 * Fusion of elementwise ops. Before: any module. After: chains and trees of elementwise ops are `map` nodes, or the epilogue of the
 * kernel op or row that produces what they work on; each has as many elements as the node it becomes part of, or costs next to nothing.
 *
 * 1. Groups grow backwards from a root (see groups.ts): elementwise nodes of the root's number of elements, and at most one kernel op
 *    or row in parts of exactly the root's shape, the group's *base*, where the group is not too long for an epilogue.
 * 2. A group with a base becomes the base's op with an epilogue, at the root's place; one without becomes a `map`. What is smaller
 *    than the root would be computed again for every element: it joins where it is a few quick instructions and the group reads no
 *    more tensors for it, so that what is a step and a transfer less costs next to nothing. Else it stays a node of its own.
 * 3. Where several kernel ops narrow to 8 bits what the group works on, all but one end where they do (see narrow-ends.ts).
 * 4. Scalar constants become steps. An elementwise node alone, without such constants, stays as it is.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { ElementType, Graph, GraphBuilder, Node, TensorType, ValueId } from '@tessera-dnn/graph';
import { elementCount, operandTypes, prune, rewriteGraph, sameShape } from '@tessera-dnn/graph';
import { isSlowStep, stepCost } from '@tessera-dnn/graph/kernel';
import type { OpTable } from '@tessera-dnn/graph/op';
import { rowCombine } from '@tessera-dnn/graph/structural';
import { bodyOf, mostSources, mostSteps, scalarStep, scalarSteps, sourceCount } from './body.ts';
import { type Group, type Grouping, groupNodes, mergeGroups } from './groups.ts';
import { narrowEnds, narrowsTo8 } from './narrow-ends.ts';
import { mapGraphs, type Stage } from './stage.ts';

/**
 * Instructions of the longest epilogue. A kernel repeats its epilogue for every sum of a register tile, while the others wait for it
 * in registers: an exponential there takes longer than in a pass of its own over the results.
 */
const longestEpilogue = 20;
/** The same where the kernel's own result would take more memory than that of the epilogue: memory is what is short. */
const longestNarrowing = 60;
/** Instructions that a group may repeat for every element though they work on less. */
const mostRepeated = 8;

export const fuse: Stage = {
  name: 'fuse',
  doc: 'merges elementwise ops with each other and into the epilogues of kernel ops',
  run: (module, { table }) => mapGraphs(module, graph => fuseGraph(prune(graph), table)),
};

interface Fusion {
  readonly type: TensorType;
  /** Instructions of its elementwise members. */
  readonly instructions: number;
  /** The instructions of those members that are smaller than the root. */
  readonly repeated: number;
  /** The kernel op the group is the epilogue of. */
  readonly base?: ValueId;
  /** The kernel op that is to be the base, where others must end before the group. */
  readonly claimed?: ValueId | undefined;
}

function fuseGraph(graph: Graph, table: OpTable): Graph {
  const { ends, bases } = narrowEnds(graph, {
    elementwise: node => isElementwise(node, table),
    base: node => takesEpilogue(node, table),
  });
  const grouping: Grouping<Fusion> = {
    start: (node, id) =>
      isElementwise(node, table)
        ? {
            type: node.type,
            instructions: instructionsOf(graph, table, node),
            repeated: 0,
            claimed: ends[id] ?? bases[id],
          }
        : undefined,
    join: (group, node, id) => {
      const { claimed } = group.facts;
      if (claimed !== undefined && ends[id] !== undefined && ends[id] !== claimed) return undefined;
      const facts = joined(graph, table, group, node, id);
      return facts && { ...facts, claimed: claimed ?? ends[id] };
    },
  };
  const groups = mergeGroups(graph, groupNodes(graph, grouping), (group, part) => repeating(graph, table, group, part));
  return rewriteGraph(graph, table, ({ build, id, mapped, copy }) => {
    const group = groups[id];
    if (group === undefined) return copy();
    if (group.root !== id) return undefined;
    return group.facts.base === undefined
      ? buildMap(build, graph, group, mapped, copy)
      : buildEpilogue(build, graph, group, group.facts.base, mapped);
  });
}

/** The group with what is smaller in it, computed again for every element of the group that alone reads it; undefined if that may not be. */
function repeating(graph: Graph, table: OpTable, group: Group<Fusion>, part: Group<Fusion>): Fusion | undefined {
  const { facts, members } = group;
  const { instructions, base, type } = part.facts;
  const smaller = elementCount(type.shape) < elementCount(facts.type.shape);
  const repeated = facts.repeated + instructions;
  if (!smaller || base !== undefined || repeated > mostRepeated) return undefined;
  const read = facts.base === undefined ? [] : graph.nodes[facts.base].operands;
  const all = [...members, ...part.members];
  const quick = part.members.every(member => !isSlow(graph, table, graph.nodes[member]) && !read.includes(member));
  const long = facts.base !== undefined && facts.instructions + instructions > longest(graph, facts, facts.base);
  if (!quick || long || all.length > mostSteps || sourceCount(graph, all) > sourceCount(graph, members))
    return undefined;
  return { ...facts, repeated, instructions: facts.instructions + instructions };
}

function isElementwise(node: Node, table: OpTable): boolean {
  return table.find(node.op)?.kind === 'elementwise';
}

/** The group with the node in it; undefined if it may not join. */
function joined(graph: Graph, table: OpTable, group: Group<Fusion>, node: Node, id: ValueId): Fusion | undefined {
  const { facts, members } = group;
  // A node that the base itself reads cannot join: it must be computed before the base.
  if (facts.base !== undefined && graph.nodes[facts.base].operands.includes(id)) return undefined;
  if (isElementwise(node, table)) {
    const instructions = facts.instructions + instructionsOf(graph, table, node);
    if (facts.base !== undefined && instructions > longest(graph, facts, facts.base)) return undefined;
    const fits = elementCount(node.type.shape) === elementCount(facts.type.shape);
    if (!fits || members.length >= mostSteps || sourceCount(graph, [...members, id]) > mostSources) return undefined;
    return { ...facts, instructions };
  }
  if (facts.base !== undefined || node.epilogue !== undefined || facts.instructions > longest(graph, facts, id))
    return undefined;
  if (!takesEpilogue(node, table) || !sameShape(node.type.shape, facts.type.shape)) return undefined;
  return { ...facts, base: id };
}

/** Instructions of the longest epilogue of a base. */
function longest(graph: Graph, { type }: Fusion, base: ValueId): number {
  return narrowsTo8(type, graph.nodes[base].type) ? longestNarrowing : longestEpilogue;
}

/** Whether elementwise work on its result alone, of its shape, becomes part of it. */
export function takesEpilogue(node: Node, table: OpTable): boolean {
  if (node.kind !== 'row') {
    const def = table.find(node.op);
    return def?.kind === 'kernel' && def.accumulates !== true;
  }
  return rowCombine(node) !== undefined && node.attributes['stack'] === undefined;
}

function instructionsOf(graph: Graph, table: OpTable, node: Node): number {
  return stepCost(table, scalarStep(node, []), elementsOf(graph, node));
}

function isSlow(graph: Graph, table: OpTable, node: Node): boolean {
  return isSlowStep(table, scalarStep(node, []), elementsOf(graph, node));
}

function elementsOf(graph: Graph, node: Node): readonly ElementType[] {
  return operandTypes(graph, node).map(({ element }) => element);
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
  return build.append({
    kind: 'map',
    op: 'map',
    operands: sources.map(mapped),
    attributes: {},
    type,
    body: steps,
    origin,
  });
}

/** The base at the root's place; it blames the base's line, which says more than that of an addition. */
function buildEpilogue(
  build: GraphBuilder,
  graph: Graph,
  { root, members }: Group<Fusion>,
  base: ValueId,
  mapped: (value: ValueId) => ValueId,
): ValueId {
  const node = graph.nodes[base];
  if (node.kind !== 'op' && node.kind !== 'row') throw new InternalError(fuse.name, 'no base of an epilogue', node.op);
  const { operands, type } = node;
  const elementwise = members.filter(member => member !== base).reverse();
  const { sources, steps } = bodyOf(graph, elementwise, [base], scalarStep);
  const epilogue = { base: type, firstOperand: operands.length, steps: scalarSteps(steps) };
  return build.append({
    ...node,
    operands: [...operands, ...sources.slice(1)].map(mapped),
    type: graph.nodes[root].type,
    epilogue,
  });
}
