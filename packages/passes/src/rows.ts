/**
 * Row fusion: reduce → map → reduce chains over the same axes become one `row` node, so that a softmax or a norm written from
 * primitives reads its rows from nearby memory instead of storing tensors between the steps. Before: plain ops. After: such chains
 * are `row` nodes.
 *
 * 1. Groups grow backwards from a root (see groups.ts). Members have the full shape, or the row's shape (its axes of extent 1), or
 *    are plain reductions from the one to the other that keep their axes. The first reduction met, or the one that feeds the first value
 *    per row, fixes the row's axes.
 * 2. What can be the epilogue of a kernel op at full shape is left to it.
 * 3. A group with one reduction, whose result no member of the full shape reads, becomes a row that ends in this reduction: a sum with
 *    work before it, which many tiles can make in parts. The arithmetic on its numbers per row is left to be its epilogue.
 * 4. Only groups with a reduction and elementwise work of the full shape are fused; if they do not end in their reduction, only where a
 *    row fits a tile with ease: of longer ones the reductions are better made in parts.
 */
import type { BodyStep, Graph, GraphBuilder, Node, ValueId } from '@tessera-dnn/graph';
import { elementCount, prune, rewriteGraph, sameShape } from '@tessera-dnn/graph';
import type { OpDef, OpTable, Reduction } from '@tessera-dnn/graph/op';
import { bodyOf, isNumber, mostSources, mostSteps, scalarStep, sourceCount } from './body.ts';
import { type Group, groupNodes } from './groups.ts';
import { mapGraphs, type Stage } from './stage.ts';
import { usesOf } from './uses.ts';

/** Elements of the longest row that must be whole on its tile: 16 KiB of f32. */
const longestRow = 4096;

export const rows: Stage = {
  name: 'rows',
  doc: 'merges reductions over one row and the elementwise ops between them',
  run: (module, { table }) => mapGraphs(module, graph => fuseRows(prune(graph), table)),
};

interface Row {
  /** The shape of the root, which is the full shape unless a reduction says otherwise. */
  readonly shape: readonly number[];
  /** The axes of the row; absent until a reduction or a value per row has joined. */
  readonly axes?: readonly number[];
}

function fuseRows(graph: Graph, table: OpTable): Graph {
  const reduced = reducedFrom(graph, table);
  const epilogues = epilogueNodes(graph, table);
  const found = groupNodes<Row>(graph, {
    start: (node, id) => (epilogues[id] === 1 ? undefined : start(graph, table, node)),
    join: (group, node, id) =>
      joined(graph, table, group, { node, id, reduced: reduced[id], epilogue: epilogues[id] === 1 }),
  });
  const ends = new Map([...new Set(found)].map(group => [group, group && endAtReduction(graph, table, group)]));
  const groups = found.map((group, id) => {
    const end = ends.get(group);
    return end?.members.includes(id as ValueId) ? end : undefined;
  });
  return rewriteGraph(graph, table, ({ build, id, mapped, copy }) => {
    const group = groups[id];
    if (group === undefined || !worthFusing(graph, table, group)) return copy();
    return group.root === id ? buildRow(build, graph, table, group, mapped) : undefined;
  });
}

/**
 * 1 per elementwise node that can be part of a kernel op's epilogue: it works on the op's own result, or on that of such a node, of
 * its own shape, and is the only one to read it.
 */
function epilogueNodes(graph: Graph, table: OpTable): Uint8Array {
  const uses = usesOf(graph);
  const result = new Uint8Array(graph.nodes.length);
  graph.nodes.forEach((node, id) => {
    if (!isElementwise(table, node)) return;
    const continues = node.operands.some(operand => {
      const before = graph.nodes[operand];
      const stores = result[operand] === 1 || isPlainKernel(table.find(before.op));
      return stores && uses[operand] === 1 && sameShape(before.type.shape, node.type.shape);
    });
    if (continues) result[id] = 1;
  });
  return result;
}

function isPlainKernel(def: OpDef | undefined): boolean {
  return def?.kind === 'kernel' && def.accumulates !== true;
}

/** A full shape and the axes of its rows. */
interface Reduced {
  readonly full: readonly number[];
  readonly axes: readonly number[];
}

/** For each value per row, the reduction it comes from: itself, or the one that it is computed from by elementwise ops of the row's shape. */
function reducedFrom(graph: Graph, table: OpTable): readonly (Reduced | undefined)[] {
  const result: (Reduced | undefined)[] = [];
  for (const node of graph.nodes) {
    const reduction = reductionOf(graph, table, node);
    const feeding = node.operands.find(
      operand => result[operand] !== undefined && sameShape(graph.nodes[operand].type.shape, node.type.shape),
    );
    if (reduction?.keep) result.push({ full: graph.nodes[node.operands[0]].type.shape, axes: reduction.axes });
    else result.push(feeding !== undefined && isElementwise(table, node) ? result[feeding] : undefined);
  }
  return result;
}

function start(graph: Graph, table: OpTable, node: Node): Row | undefined {
  const reduction = reductionOf(graph, table, node);
  if (reduction !== undefined) return { shape: graph.nodes[node.operands[0]].type.shape, axes: reduction.axes };
  return isElementwise(table, node) ? { shape: node.type.shape } : undefined;
}

function isElementwise(table: OpTable, node: Node): boolean {
  return table.find(node.op)?.kind === 'elementwise';
}

/** What a plain reduction without an epilogue does, if its result is of its operand's element type (a sum of truth values is not). */
export function reductionOf(graph: Graph, table: OpTable, node: Node): Reduction | undefined {
  const def = table.find(node.op);
  if (def?.kind !== 'kernel' || node.epilogue !== undefined || node.operands.length !== 1) return undefined;
  const { element } = graph.nodes[node.operands[0]].type;
  return element === node.type.element && element !== 'bool' ? def.reduction?.(node.attributes) : undefined;
}

/** A node that might join a group, and what was found out about it before. */
interface Joiner {
  readonly node: Node;
  readonly id: ValueId;
  /** The reduction a value per row comes from. */
  readonly reduced?: Reduced;
  /** Whether it can be part of a kernel op's epilogue. */
  readonly epilogue: boolean;
}

/** The group with the node in it; undefined if it may not join. */
function joined(graph: Graph, table: OpTable, group: Group<Row>, joiner: Joiner): Row | undefined {
  const { facts, members } = group;
  const { node, id, reduced, epilogue } = joiner;
  if (members.length >= mostSteps || sourceCount(graph, [...members, id]) > mostSources) return undefined;
  const reduction = reductionOf(graph, table, node);
  if (reduction !== undefined) return reduction.keep ? withReduction(graph, facts, node, reduction.axes) : undefined;
  if (!isElementwise(table, node)) return undefined;
  if (sameShape(node.type.shape, facts.shape)) return epilogue ? undefined : facts;
  const found = reduced !== undefined && sameShape(reduced.full, facts.shape) ? reduced.axes : undefined;
  const axes = facts.axes ?? found;
  return axes !== undefined && sameShape(node.type.shape, perRow(facts.shape, axes)) ? { ...facts, axes } : undefined;
}

/** The first reduction fixes the axes; the group so far has its full shape, or (all of it) its row's shape. */
function withReduction(graph: Graph, facts: Row, node: Node, axes: readonly number[]): Row | undefined {
  const full = graph.nodes[node.operands[0]].type.shape;
  if (facts.axes !== undefined) {
    return sameShape(full, facts.shape) && sameAxes(axes, facts.axes) ? facts : undefined;
  }
  const fits = sameShape(full, facts.shape) || sameShape(node.type.shape, facts.shape);
  return fits ? { shape: full, axes } : undefined;
}

function perRow(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

function sameAxes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every(axis => b.includes(axis));
}

/** The group without what works on its only reduction's result, if none of that has the full shape or reads the group elsewhere. */
function endAtReduction(graph: Graph, table: OpTable, group: Group<Row>): Group<Row> {
  const { members, facts } = group;
  const [root, ...others] = members.filter(member => reductionOf(graph, table, graph.nodes[member]) !== undefined);
  if (root === undefined || others.length > 0) return group;
  const after = new Set<ValueId>();
  for (const member of [...members].reverse()) {
    if (graph.nodes[member].operands.some(operand => operand === root || after.has(operand))) after.add(member);
  }
  const before = members.filter(member => !after.has(member));
  const stays = [...after].some(member => {
    const { type, operands } = graph.nodes[member];
    return sameShape(type.shape, facts.shape) || operands.some(operand => operand !== root && before.includes(operand));
  });
  return stays ? group : { root, members: before, facts };
}

function worthFusing(graph: Graph, table: OpTable, { root, facts, members }: Group<Row>): boolean {
  const { shape, axes } = facts;
  if (axes === undefined || axes.length === 0) return false;
  const row = elementCount(axes.map(axis => shape[axis]));
  const reductions = members.filter(member => reductionOf(graph, table, graph.nodes[member]) !== undefined);
  const works = members.some(member => {
    const node = graph.nodes[member];
    return isElementwise(table, node) && sameShape(node.type.shape, shape);
  });
  const inParts = reductions.length === 1 && reductions[0] === root;
  const fits = row > 1 && (inParts || row <= longestRow);
  return works && reductions.length > 0 && fits && spansRows(graph, table, members, shape);
}

/**
 * Whether every elementwise member of the full shape reads some of that shape. One that reads values per row and numbers alone (a tensor
 * that repeats one number is a number in a body) would count as per row there.
 */
function spansRows(graph: Graph, table: OpTable, members: readonly ValueId[], shape: readonly number[]): boolean {
  return members.every(member => {
    const node = graph.nodes[member];
    if (!isElementwise(table, node) || !sameShape(node.type.shape, shape)) return true;
    return node.operands.some(
      operand => sameShape(graph.nodes[operand].type.shape, shape) && !isNumber(graph.nodes[operand]),
    );
  });
}

function buildRow(
  build: GraphBuilder,
  graph: Graph,
  table: OpTable,
  { root, members, facts }: Group<Row>,
  mapped: (value: ValueId) => ValueId,
): ValueId {
  const { shape, axes = [] } = facts;
  const { sources, steps } = bodyOf(graph, [...members].reverse(), [], (node, args) =>
    rowStep(graph, table, node, args),
  );
  const { type, origin } = graph.nodes[root];
  return build.append({
    kind: 'row',
    op: 'row',
    operands: sources.map(mapped),
    attributes: { axes, shape },
    type,
    body: steps,
    origin,
  });
}

function rowStep(graph: Graph, table: OpTable, node: Node, args: readonly number[]): BodyStep {
  const reduction = reductionOf(graph, table, node);
  if (reduction === undefined) return scalarStep(node, args);
  return { combine: reduction.combine, arg: args[0], element: node.type.element };
}
