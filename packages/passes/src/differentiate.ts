/**
 * Reverse-mode differentiation. Before: `gradient` nodes anywhere, no bodies and no epilogues. After: no `gradient` node; each is
 * replaced by adjoints built from the gradients that ops state of themselves.
 *
 * 1. The graph is copied; the first `gradient` of a loss gives all values whose gradient of this loss is asked for anywhere.
 * 2. A node is *active* if a wanted value reaches it through floats: only active nodes are visited.
 * 3. The loss has derivative 1. From the loss backwards, each active node whose derivative is known hands it on to its operands through
 *    its op's gradient; what reaches a node on several ways is added in the order of the visit, latest user first, always the same.
 *    What is made blames the line of the forward node. Through an op that chooses, nothing flows back to what it has not chosen, by whatever
 *    steps (see adjoint.ts).
 * 4. A wanted value that the loss does not depend on has the gradient zero.
 *
 * A gradient may be taken of a gradient: the inner one comes first in the graph, and is a part of it like any other when the outer one is built.
 *
 * `check` finds the nodes that step 3 could not pass: without building anything, unless there are gradients of gradients.
 */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Graph, GraphBuilder, Module, Node, RewriteStep, ValueId } from '@tessera-dnn/graph';
import { expander, isFloat, liveNodes, rewriteGraph, sameShape, sameType, showType } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { Adjoint, type Part, vanishesWith } from './adjoint.ts';
import type { Code } from './explain/catalogue.ts';
import { mapGraphs, type Stage } from './stage.ts';

export const differentiate: Stage = {
  name: 'differentiate',
  doc: 'replaces gradients by what computes them',
  check: (module, { table }) => undifferentiable(module, table),
  run: (module, { table }) => mapGraphs(module, graph => (isGradientFree(graph) ? graph : withAdjoints(graph, table))),
};

function isGradientFree({ nodes }: Graph): boolean {
  return nodes.every(({ kind }) => kind !== 'gradient');
}

/** The derivative of one loss with respect to values that come before it; what the loss does not depend on is absent. */
type Adjoints = ReadonlyMap<ValueId, ValueId>;

/** With `missing`, nodes that no gradient passes are added to it, and nothing flows back through them; else there must be none. */
function withAdjoints(graph: Graph, table: OpTable, missing?: Set<Node>): Graph {
  const losses = new Map<ValueId, Adjoints>();
  return rewriteGraph(graph, table, step => {
    if (step.node.kind !== 'gradient') return step.copy();
    const [loss, value] = step.operands;
    const adjoints = losses.get(loss) ?? adjointsOf({ build: step.build, table, missing }, loss, wantedOf(step));
    losses.set(loss, adjoints);
    return adjoints.get(value) ?? step.build.constant(step.node.type, 0, step.node.origin);
  });
}

/** The new values whose gradient of this step's loss is asked for; those that come after the loss do not influence it. */
function wantedOf({ old, node, mapped }: RewriteStep): readonly ValueId[] {
  const [loss] = node.operands;
  return old.nodes.flatMap(({ kind, operands: [other, value] }) =>
    kind === 'gradient' && other === loss && value <= loss ? [mapped(value)] : [],
  );
}

interface Differentiation {
  readonly build: GraphBuilder;
  readonly table: OpTable;
  readonly missing: Set<Node> | undefined;
}

function adjointsOf(differentiation: Differentiation, loss: ValueId, wanted: readonly ValueId[]): Adjoints {
  const { build, table } = differentiation;
  const active = activeNodes(loss, wanted, id => build.node(id), table);
  const result = new Map<ValueId, ValueId>();
  if (active[loss] === 0) return result;
  const adjoints = new Map<ValueId, Adjoint>();
  const adjointOf = (id: ValueId): Adjoint => {
    const adjoint = adjoints.get(id) ?? new Adjoint(build, table, build.node(id).origin);
    adjoints.set(id, adjoint);
    return adjoint;
  };
  adjointOf(loss).add({ value: build.constant(build.type(loss), 1, build.node(loss).origin), vanishes: true });
  const asked = new Set(wanted);
  for (let id = loss; id >= 0; id--) {
    const adjoint = adjoints.get(id);
    if (active[id] === 0 || adjoint === undefined) continue;
    adjoints.delete(id);
    const upstream = adjoint.settle(!asked.has(id) && isElementwise(build, table, id));
    if (asked.has(id)) result.set(id, upstream.value);
    const { operands } = build.node(id);
    // What makes a wanted value need have no gradient, if nothing before it is wanted.
    if (!operands.some(operand => active[operand] === 1)) continue;
    const parts = partsOf(differentiation, id, upstream);
    operands.forEach((operand, i) => {
      const part = parts[i];
      if (active[operand] !== 1 || part === undefined) return;
      checkType(build, operand, part);
      adjointOf(operand).add(part);
    });
  }
  return result;
}

function isElementwise(build: GraphBuilder, table: OpTable, id: ValueId): boolean {
  return table.find(build.node(id).op)?.kind === 'elementwise';
}

/** What node `id` hands on to its operands. */
function partsOf(
  { build, table, missing }: Differentiation,
  id: ValueId,
  { value: upstream, guard, vanishes }: Part,
): readonly (Part | undefined)[] {
  const { op, operands, attributes, origin, epilogue, type } = build.node(id);
  if (operands.length === 0) return [];
  const def = table.find(op);
  if (def?.gradient === 'zero') return [];
  if (missing !== undefined && def?.gradient === undefined) {
    missing.add(build.node(id));
    return [];
  }
  if (def?.gradient === undefined || epilogue !== undefined) {
    throw new InternalError(differentiate.name, 'there is no gradient through this node', `%${id} ${op}`);
  }
  const call = { build: expander(build, origin), operands, result: id, upstream, guard, attributes };
  const slopes = def.gradient(call);
  const guards = def.kind === 'elementwise' ? def.guards?.(call) : undefined;
  return slopes.map((value, i): Part | undefined => {
    if (value === undefined) return undefined;
    // An operand that was broadcast: its derivative is a sum, which has left out what the guard excludes, so nothing is left to mask.
    if (!sameShape(build.type(operands[i]).shape, type.shape)) return { value, vanishes: true };
    const own = guards === undefined ? guard : guards[i];
    if (own === undefined) return { value, vanishes: true };
    // An op that chooses makes its slopes zero where it has not chosen; where the guard that reached it is false, only if upstream is zero there.
    const chosen = guards !== undefined;
    return {
      value,
      guard: own,
      vanishes: chosen ? guard === undefined || vanishes : vanishes && vanishesWith(build, table, value, upstream),
    };
  });
}

function checkType(build: GraphBuilder, operand: ValueId, { value }: Part): void {
  const { op, type } = build.node(operand);
  if (sameType(build.type(value), type)) return;
  const types = `${showType(type)} is given ${showType(build.type(value))}`;
  throw new InternalError(differentiate.name, `an operand of type ${types} as its gradient`, `%${operand} ${op}`);
}

/** 1 per node up to `loss` that a wanted value reaches through floats, on ways that carry a derivative. */
function activeNodes(
  loss: ValueId,
  wanted: readonly ValueId[],
  node: (id: ValueId) => Node,
  table: OpTable,
): Uint8Array {
  const active = new Uint8Array(loss + 1);
  for (const id of wanted) if (id <= loss) active[id] = 1;
  for (let id = 0 as ValueId; id <= loss; id++) {
    const { op, operands, type } = node(id);
    if (active[id] === 1 || !isFloat(type.element) || table.find(op)?.gradient === 'zero') continue;
    if (operands.some(operand => active[operand] === 1)) active[id] = 1;
  }
  return active;
}

/** A diagnostic for every node that a gradient would have to pass and cannot. */
function undifferentiable({ programs }: Module, table: OpTable): readonly Diagnostic[] {
  const found = new Set<Node>();
  const inGradients = new Set<Node>();
  for (const { graph } of programs) {
    if (isGradientFree(graph)) continue;
    if (isNested(graph, table)) {
      withAdjoints(graph, table, inGradients);
      continue;
    }
    for (const [loss, wanted] of wantedByLoss(graph)) {
      for (const id of passed(graph, loss, wanted, table)) {
        const node = graph.nodes[id];
        if (node.kind !== 'gradient' && node.operands.length > 0 && table.find(node.op)?.gradient === undefined) {
          found.add(node);
        }
      }
    }
  }
  return [...[...found].map(notDifferentiable), ...[...inGradients].map(notTwice)];
}

/** Whether a gradient is computed from another one. */
function isNested({ nodes }: Graph, table: OpTable): boolean {
  const contains = new Uint8Array(nodes.length);
  return nodes.some(({ kind, op, operands }, id) => {
    const inside = table.find(op)?.gradient !== 'zero' && operands.some(operand => contains[operand] === 1);
    contains[id] = inside || kind === 'gradient' ? 1 : 0;
    return inside && kind === 'gradient';
  });
}

/** The values whose gradient is asked for, by loss. */
function wantedByLoss(graph: Graph): ReadonlyMap<ValueId, readonly ValueId[]> {
  const live = liveNodes(graph);
  const wanted = new Map<ValueId, ValueId[]>();
  graph.nodes.forEach(({ kind, operands: [loss, value] }, id) => {
    if (kind !== 'gradient' || live[id] === 0) return;
    const list = wanted.get(loss) ?? [];
    list.push(value);
    wanted.set(loss, list);
  });
  return wanted;
}

/** The active nodes on a way from a wanted value to the loss, the wanted values' own makers left out where nothing lies before them. */
function passed(graph: Graph, loss: ValueId, wanted: readonly ValueId[], table: OpTable): readonly ValueId[] {
  const active = activeNodes(loss, wanted, id => graph.nodes[id], table);
  const reached = new Uint8Array(loss + 1);
  reached[loss] = active[loss];
  const nodes: ValueId[] = [];
  for (let id = loss; id >= 0; id--) {
    if (reached[id] === 0) continue;
    const onwards = graph.nodes[id].operands.filter(operand => active[operand] === 1);
    if (onwards.length > 0) nodes.push(id);
    for (const operand of onwards) reached[operand] = 1;
  }
  return nodes;
}

function notDifferentiable(node: Node): Diagnostic<Code> {
  return refused(node, `${node.op} has no gradient, and stands between a minimised loss and what is to be trained`);
}

function notTwice(node: Node): Diagnostic<Code> {
  return refused(
    node,
    `${node.op}, which this line or its gradient is computed by, has no gradient, and one is taken of it`,
  );
}

function refused({ origin }: Node, message: string): Diagnostic<Code> {
  const calls = (origin.calls ?? []).map(span => ({ message: 'called here', span }));
  return {
    code: 'not-differentiable',
    severity: 'error',
    message,
    ...(origin.span === undefined ? {} : { span: origin.span }),
    ...(calls.length === 0 ? {} : { notes: calls }),
    help: 'keep it off that way, or put stop_gradient around it',
  };
}
