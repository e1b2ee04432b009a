/**
 * Reductions that read the same tensor over the same axes become one `row` node with several results, so that the tensor is read, and
 * brought to where it is reduced, once: the sums Σ dy and Σ dy·x of a norm's gradient. Before: any module. After: such reductions are
 * parts of one node's result.
 *
 * 1. What can be stacked: rows that end in their one reduction, and plain reductions.
 * 2. Going through the nodes in order, each joins the first stack that reduces alike, reads a tensor of the full shape that it reads too,
 *    and stands after all that it reads: so it does not depend on the stack.
 * 3. The stack is computed at the place of its first member; every member's value is its part of the result.
 */
import type { BodyStep, Graph, GraphBuilder, Node, RowReduction, ValueId } from '@tessera-dnn/graph';
import { expander, prune, rewriteGraph, sameShape } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { rowAttributes, rowCombine } from '@tessera-dnn/graph/structural';
import { mostSources, mostSteps } from './body.ts';
import { reductionOf } from './rows.ts';
import { mapGraphs, type Stage } from './stage.ts';

/** A vertex keeps so many results in registers at most. */
const mostResults = 4;

export const stack: Stage = {
  name: 'stack',
  doc: 'merges reductions of one tensor over the same axes',
  run: (module, { table }) => mapGraphs(module, graph => stackGraph(prune(graph), table)),
};

/** A node as a row that ends in its one reduction. */
interface Reducer {
  readonly id: ValueId;
  readonly axes: readonly number[];
  readonly shape: readonly number[];
  readonly operands: readonly ValueId[];
  readonly steps: readonly BodyStep[];
  readonly reduction: RowReduction;
}

function stackGraph(graph: Graph, table: OpTable): Graph {
  const stacks = stacksOf(graph, table);
  if (stacks.length === 0) return graph;
  const stackOf = new Map(stacks.flatMap(members => members.map(({ id }) => [id, members] as const)));
  const rows = new Map<readonly Reducer[], ValueId>();
  return rewriteGraph(graph, table, ({ build, id, node, mapped, copy }) => {
    const members = stackOf.get(id);
    if (members === undefined) return copy();
    const row = rows.get(members) ?? buildStack(build, graph, members, mapped);
    rows.set(members, row);
    const place = members.findIndex(member => member.id === id);
    return table.pick(expander(build, node.origin), row, place);
  });
}

function stacksOf(graph: Graph, table: OpTable): readonly (readonly Reducer[])[] {
  const stacks: Reducer[][] = [];
  // The groups by the values they read: a reducer can only join a group that shares an operand with it.
  const readers = new Map<ValueId, Set<Reducer[]>>();
  graph.nodes.forEach((node, id) => {
    const reducer = reducerOf(graph, table, node, id as ValueId);
    if (reducer === undefined) return;
    const beside = new Set(reducer.operands.flatMap(operand => [...(readers.get(operand) ?? [])]));
    const open = [...beside].filter(stack => joins(graph, stack, reducer));
    const members = open.reduce<Reducer[] | undefined>((a, b) => (a && a[0].id < b[0].id ? a : b), undefined) ?? [];
    if (members.length === 0) stacks.push(members);
    members.push(reducer);
    for (const operand of reducer.operands) {
      const list = readers.get(operand) ?? new Set();
      readers.set(operand, list.add(members));
    }
  });
  return stacks.filter(({ length }) => length > 1);
}

function reducerOf(graph: Graph, table: OpTable, node: Node, id: ValueId): Reducer | undefined {
  const { operands, body = [], attributes, epilogue } = node;
  if (node.kind === 'row') {
    const reduction = body.at(-1);
    const { axes, shape, stack: stacked } = rowAttributes(attributes);
    const alone = rowCombine(node) !== undefined && epilogue === undefined && stacked === undefined;
    if (!alone || reduction === undefined || !('combine' in reduction)) return undefined;
    return { id, axes, shape, operands, steps: body.slice(0, -1), reduction };
  }
  const plain = reductionOf(graph, table, node);
  if (plain === undefined || plain.axes.length === 0) return undefined;
  const reduction = { combine: plain.combine, arg: 0, element: node.type.element };
  return { id, axes: plain.axes, shape: graph.nodes[operands[0]].type.shape, operands, steps: [], reduction };
}

function joins(graph: Graph, members: readonly Reducer[], reducer: Reducer): boolean {
  const [first] = members;
  const { axes, shape, operands, reduction } = reducer;
  const alike =
    reduction.combine === first.reduction.combine &&
    reduction.element === first.reduction.element &&
    sameShape(shape, first.shape) &&
    sameShape(graph.nodes[reducer.id].type.shape, graph.nodes[first.id].type.shape) &&
    sameShape([...axes].sort(), [...first.axes].sort());
  if (!alike || members.length === mostResults || operands.some(operand => operand >= first.id)) return false;
  const read = new Set(members.flatMap(member => member.operands));
  const shares = operands.some(operand => read.has(operand) && sameShape(graph.nodes[operand].type.shape, shape));
  const steps = [reducer, ...members].reduce((sum, member) => sum + member.steps.length, 0);
  return shares && steps <= mostSteps && new Set([...read, ...operands]).size <= mostSources;
}

/** The steps of all members one after another, then their reductions. */
function buildStack(
  build: GraphBuilder,
  graph: Graph,
  members: readonly Reducer[],
  mapped: (value: ValueId) => ValueId,
): ValueId {
  const [{ id, axes, shape, reduction }] = members;
  const sources = [...new Set(members.flatMap(({ operands }) => operands))];
  const steps: BodyStep[] = [];
  const reductions = members.map(({ operands, steps: own, reduction: last }): RowReduction => {
    const before = sources.length + steps.length;
    const place = (value: number): number =>
      value < operands.length ? sources.indexOf(operands[value]) : before + value - operands.length;
    for (const step of own) {
      steps.push('combine' in step ? step : { ...step, args: step.args.map(place) });
    }
    return { ...last, arg: place(last.arg) };
  });
  const { type, origin } = graph.nodes[id];
  return build.append({
    kind: 'row',
    op: 'row',
    operands: sources.map(mapped),
    attributes: { axes, shape, stack: members.length },
    type: { element: reduction.element, shape: [members.length, ...type.shape] },
    body: [...steps, ...reductions],
    origin,
  });
}
