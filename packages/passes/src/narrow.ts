/**
 * Stores floats in 16 bits. Before: any module whose nodes are what will be stored. After: where no fact speaks against it, tensors of f32 are of
 * the type that the precision names; nothing else has changed. Kernels load and store any float and compute in f32, so no cast is needed.
 *
 * 1. What is only carried around has one type at both ends: a movement and its operands, a variable and its new value. Such tensors form a
 *    group, over all programs.
 * 2. A group stays in 32 bits if one of its members does: see `keepsWide`.
 * 3. All others are stored in 16.
 */
import {
  elementCount,
  type Graph,
  isFloat,
  type Module,
  type Node,
  operandTypes,
  type Program,
  prune,
  type TensorType,
  type ValueId,
  type Variable,
} from '@tessera-dnn/graph';
import { constantStep } from '@tessera-dnn/graph/kernel';
import type { OpTable } from '@tessera-dnn/graph/op';
import { rowCombine } from '@tessera-dnn/graph/structural';
import { Groups } from './narrow/groups.ts';
import { preciseOperands } from './narrow/precise.ts';
import { spreadOver } from './narrow/spread.ts';
import { mapGraphs, type Precision, type Stage } from './stage.ts';

export const narrow: Stage = {
  name: 'narrow',
  doc: 'stores floats in the bits that the precision asks for',
  run: (module, { table, precision }) => (precision === undefined ? module : narrowed(apart(module), table, precision)),
};

/** First values that are one number are shared by variables, which may be stored in different types: each gets a constant of its own. */
function apart(module: Module): Module {
  return mapGraphs(module, graph => {
    const nodes = [...graph.nodes];
    const updates = graph.updates.map(update => {
      const node = nodes[update.value];
      return node.kind === 'constant' ? { ...update, value: (nodes.push({ ...node }) - 1) as ValueId } : update;
    });
    return prune({ ...graph, nodes, updates });
  });
}

function narrowed(module: Module, table: OpTable, precision: Precision): Module {
  const narrows = narrowGroups(module, table);
  const retyped = <T extends { readonly type: TensorType }>(item: T, at: number): T =>
    narrows(at) ? { ...item, type: { ...item.type, element: precision } } : item;
  let first = module.variables.length;
  const programs = module.programs.map(program => {
    const start = first;
    first += program.graph.nodes.length;
    const nodes = program.graph.nodes.map((node, id) => retyped(node, start + id));
    return { ...program, graph: { ...program.graph, nodes } };
  });
  return { ...module, variables: module.variables.map(retyped), programs };
}

/** Whether an item is stored in 16 bits. Variables are numbered first, then the nodes of all programs, one after the other. */
function narrowGroups({ variables, programs }: Module, table: OpTable): (item: number) => boolean {
  const groups = new Groups(programs.reduce((sum, { graph }) => sum + graph.nodes.length, variables.length));
  variables.forEach((variable, id) => {
    if (variable.type.element !== 'f32' || keepsVariableWide(variable)) groups.refuse(id);
    else groups.ask(id);
  });
  let first = variables.length;
  for (const program of programs) {
    joinCarried(program.graph, table, groups, first);
    const lasting = new Set<number>(program.graph.outputs.map(({ value }) => value));
    const stored = new Set<number>(program.graph.updates.map(({ value }) => value));
    const spread = spreadOver(program.graph, table);
    program.graph.nodes.forEach((node, id) => {
      if (node.type.element !== 'f32' || lasting.has(id) || keepsWide(node, program, table)) groups.refuse(first + id);
      else if (node.kind !== 'constant') groups.ask(first + id);
      if (spread[id] === 1 && !stored.has(id)) groups.refuse(first + id);
      for (const operand of preciseOperands(node, table)) groups.refuse(first + operand);
    });
    first += program.graph.nodes.length;
  }
  return item => groups.agrees(item);
}

/** Joins what is carried as it is, so that one number of bytes holds for both. */
function joinCarried({ nodes, updates }: Graph, table: OpTable, groups: Groups, first: number): void {
  nodes.forEach((node, id) => {
    if (node.kind === 'variable') groups.join(first + id, node.attributes.variable);
    const def = table.find(node.op);
    if (def?.kind === 'movement' || (def?.kind === 'kernel' && def.carries))
      for (const operand of node.operands)
        if (isFloat(nodes[operand].type.element)) groups.join(first + id, first + operand);
  });
  for (const { variable, value } of updates) groups.join(first + value, variable);
}

/**
 * Whether a variable stays in 32 bits: one for which the program asks; one number, which is a counter, a rate or a temperature; and a state of
 * the network itself, such as running statistics, which changes by less than 16 bits can tell.
 */
function keepsVariableWide({ kind, type, owner, exact }: Variable): boolean {
  return exact === true || elementCount(type.shape) === 1 || (kind === 'state' && owner === undefined);
}

/**
 * Whether the result of a node stays in 32 bits: an input, which the host gives; one number; what is added up over many elements; what grows in
 * its place while it is summed; and what is made of no float, or grows beyond what 16 bits hold.
 */
function keepsWide(node: Node, { kind, graph }: Program, table: OpTable): boolean {
  if (node.kind === 'input') return true;
  if (node.kind === 'constant' || node.kind === 'variable') return false;
  // Their nodes are there for variables only, which decide.
  if (kind === 'init' || kind === 'prepare') return false;
  if (elementCount(node.type.shape) === 1) return true;
  if (!operandTypes(graph, node).some(({ element }) => isFloat(element))) return true;
  if (node.kind === 'row' && rowCombine(node) !== undefined) return true;
  const def = table.find(node.op);
  if (def?.kind === 'kernel' && (def.reduction !== undefined || def.accumulates)) return true;
  return grows(node, table);
}

/** Whether what is stored comes from an operation whose results soon are too large for 16 bits. */
function grows(node: Node, table: OpTable): boolean {
  const steps = node.epilogue?.steps ?? node.body;
  const last = steps?.[steps.length - 1];
  if (last !== undefined && ('combine' in last || last.op === constantStep)) return false;
  const def = table.find(last?.op ?? node.op);
  return def?.kind === 'elementwise' && def.grows === true;
}
