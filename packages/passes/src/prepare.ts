/**
 * Moves what depends on variables only out of the programs. Before: no `prepare` program. After: values that a program computes from
 * variables it does not change are read from `prepared` variables, which one `prepare` program computes after a change.
 *
 * 1. A value is *stable* in a program if it depends on constants and on variables only that the program does not update.
 * 2. Where an unstable node, an output or an update reads a stable value that took work, a prepared variable takes its place. A value
 *    that is only carried around, or that is much larger than what it comes from (a broadcast), is not worth one: then its operands
 *    are looked at instead, and the value is computed from them in every run.
 * 3. All programs share one `prepare` program; equal values are prepared once.
 */
import type { Graph, GraphBuilder, Module, Node, Program, Variable, VariableId } from '@tessera-dnn/graph';
import {
  createGraphBuilder,
  elementCount,
  operandTypes,
  postOrder,
  rewriteGraph,
  type ValueId,
} from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { movesNothing } from './moves-nothing.ts';
import type { Stage } from './stage.ts';

/** A prepared value may be so many times larger than the variables and constants that it is made of. */
const growth = 2;
/** A value of at most so many elements may be prepared however small what it is made of is. */
const smallElements = 1024;

export const prepare: Stage = {
  name: 'prepare',
  doc: 'computes what depends on variables only once, not in every run',
  run: (module, { table }) => {
    if (module.programs.some(({ kind }) => kind === 'prepare')) return module;
    const plan = new Preparation(module, table);
    const programs = module.programs.map(program =>
      program.kind === 'init' ? program : { ...program, graph: plan.rewrite(program) },
    );
    return plan.finish(programs);
  },
};

class Preparation {
  readonly #module: Module;
  readonly #table: OpTable;
  readonly #build: GraphBuilder;
  /** The prepared variable that holds each value of the prepare program. */
  readonly #variables = new Map<ValueId, VariableId>();
  readonly #added: Variable[] = [];

  constructor(module: Module, table: OpTable) {
    this.#module = module;
    this.#table = table;
    this.#build = createGraphBuilder(table);
  }

  rewrite({ graph }: Program): Graph {
    const stable = stableNodes(graph, this.#table);
    const worth = worthPreparing(graph, stable, this.#table);
    const readers = readByUnstable(graph, stable, worth);
    const copies = new Map<ValueId, ValueId>();
    return rewriteGraph(graph, this.#table, ({ build, id, node, copy }) => {
      if (readers[id] === 0 || worth[id] === 0) return stable[id] === 1 && readers[id] === 0 ? undefined : copy();
      const variable = this.#prepared(graph, id, copies);
      return build.variable(variable, node.type, node.origin);
    });
  }

  finish(programs: readonly Program[]): Module {
    if (this.#added.length === 0) return this.#module;
    const program: Program = { name: 'prepare', kind: 'prepare', graph: this.#build.finish(), origin: {} };
    const last = programs.findIndex(({ kind }) => kind === 'init');
    const at = last < 0 ? programs.length : last;
    return {
      variables: [...this.#module.variables, ...this.#added],
      programs: [...programs.slice(0, at), program, ...programs.slice(at)],
    };
  }

  /** The variable that holds node `id` of `graph`, a new one for a new value. */
  #prepared(graph: Graph, id: ValueId, copies: Map<ValueId, ValueId>): VariableId {
    const value = this.#copy(graph, id, copies);
    const known = this.#variables.get(value);
    if (known !== undefined) return known;
    const { type, origin } = graph.nodes[id];
    const variable = (this.#module.variables.length + this.#added.length) as VariableId;
    const path = `$prepared.${this.#added.length}`;
    this.#added.push({ path, kind: 'prepared', type, initialiser: { kind: 'constant', value: 0 }, origin });
    this.#variables.set(value, variable);
    this.#build.update(variable, value);
    return variable;
  }

  /** Copies a stable value and what it depends on into the prepare program. */
  #copy(graph: Graph, root: ValueId, copies: Map<ValueId, ValueId>): ValueId {
    const missing = (id: ValueId) => graph.nodes[id].operands.filter(operand => !copies.has(operand)).toReversed();
    const ids = copies.has(root) ? [] : postOrder(root, missing);
    for (const id of ids) copies.set(id, this.#build.append(over(graph.nodes[id], copies)));
    return copies.get(root) as ValueId;
  }
}

function over(node: Node, copies: ReadonlyMap<ValueId, ValueId>): Node {
  return { ...node, operands: node.operands.map(operand => copies.get(operand) as ValueId) };
}

/** 1 per node that depends on constants and unchanged variables only. */
function stableNodes({ nodes, updates }: Graph, table: OpTable): Uint8Array {
  const changed = new Set<number>(updates.map(({ variable }) => variable));
  const stable = new Uint8Array(nodes.length);
  nodes.forEach((node, id) => {
    if (node.kind === 'input' || table.find(node.op)?.impure) return;
    if (node.kind === 'variable' && changed.has(node.attributes.variable)) return;
    stable[id] = node.operands.every(operand => stable[operand] === 1) ? 1 : 0;
  });
  return stable;
}

/** 1 per stable node that took work and is not much larger than what it is made of. */
function worthPreparing(graph: Graph, stable: Uint8Array, table: OpTable): Uint8Array {
  const worth = new Uint8Array(graph.nodes.length);
  const work = new Uint8Array(graph.nodes.length);
  const madeOf = new Float64Array(graph.nodes.length);
  graph.nodes.forEach((node, id) => {
    if (stable[id] === 0) return;
    const elements = elementCount(node.type.shape);
    if (node.operands.length === 0) {
      madeOf[id] = typeof node.data === 'number' ? 1 : elements;
      return;
    }
    for (const operand of node.operands) madeOf[id] += madeOf[operand];
    const moves = movesNothing(node, operandTypes(graph, node), table);
    work[id] = !moves || node.operands.some(operand => work[operand] === 1) ? 1 : 0;
    worth[id] = work[id] === 1 && elements <= Math.max(smallElements, growth * madeOf[id]) ? 1 : 0;
  });
  return worth;
}

/** 1 per node whose value the program itself still reads: all unstable ones, and stable ones that are read by what is not prepared. */
function readByUnstable({ nodes, outputs, updates }: Graph, stable: Uint8Array, worth: Uint8Array): Uint8Array {
  const read = new Uint8Array(nodes.length);
  for (const { value } of [...outputs, ...updates]) read[value] = 1;
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (stable[id] === 0) read[id] = 1;
    const kept = stable[id] === 0 || (read[id] === 1 && worth[id] === 0);
    if (kept) for (const operand of nodes[id].operands) read[operand] = 1;
  }
  return read;
}
