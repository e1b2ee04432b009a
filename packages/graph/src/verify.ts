/**
 * Checks every invariant of a module that the types cannot express. What it finds is a bug of the stage before, never of the user:
 * an {@link InternalError} that names the stage and the node.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Graph, Module, Node, Program, Variable } from './graph.ts';
import { operandTypes } from './node.ts';
import { isProblem } from './op/call.ts';
import type { OpTable } from './op/table.ts';
import { computedElement, elementCount, isFloat, sameShape, sameType, showType, type TensorType } from './types.ts';
import { verifyEpilogue, verifyMap, verifyRow } from './verify-steps.ts';

/** Throws unless `module` is well formed. `stage` is named in the error. */
export function verifyModule(module: Module, table: OpTable, stage = 'verify'): void {
  const fail = (message: string, subject: string): never => {
    throw new InternalError(stage, message, subject);
  };
  const paths = new Set<string>();
  for (const [id, { path, kind, type, owner }] of module.variables.entries()) {
    if (paths.has(path)) fail('two variables have one path', path);
    paths.add(path);
    const owned = owner === undefined || (owner < id && kind === 'state' && module.variables[owner].kind === 'param');
    if (!owned) fail('only a state belongs to a variable, which is a param before it', path);
    if (!isShape(type)) fail(`${showType(type)} is no type`, path);
  }
  verifyPrograms(module, fail);
  for (const program of module.programs) verifyGraph(program.graph, module.variables, table, stage, program);
}

type Fail = (message: string, subject: string) => never;

/** User programs first, then at most one `prepare`, then at most one `init`. */
function verifyPrograms({ programs }: Module, fail: Fail): void {
  const rank = { model: 0, train: 0, prepare: 1, init: 2 };
  const names = new Set<string>();
  programs.forEach(({ name, kind }, i) => {
    if (names.has(name)) fail('two programs have one name', name);
    names.add(name);
    const before = i > 0 ? rank[programs[i - 1].kind] : 0;
    if (rank[kind] < before || (rank[kind] > 0 && rank[kind] === before)) fail('programs are out of order', name);
  });
}

/** Throws unless `graph` is well formed over `variables`. Without a program, prepared variables may be updated. */
export function verifyGraph(
  graph: Graph,
  variables: readonly Variable[],
  table: OpTable,
  stage = 'verify',
  program?: Pick<Program, 'name' | 'kind'>,
): void {
  const where = program === undefined ? '' : `${program.name} `;
  graph.nodes.forEach((node, id) => {
    const fail: Fail = message => {
      throw new InternalError(stage, message, `${where}%${id} ${node.op}`);
    };
    const forward = node.operands.find(operand => !(operand >= 0 && operand < id));
    if (forward !== undefined) fail(`operand %${forward} is not before its user`, '');
    if (!isShape(node.type)) fail(`${showType(node.type)} is no type`, '');
    const operands = operandTypes(graph, node);
    verifyNode(node, operands, variables, table, message => fail(message, ''));
  });
  const fail: Fail = (message, subject) => {
    throw new InternalError(stage, message, `${where}${subject}`);
  };
  verifyInputs(graph, fail);
  verifyResults(graph, variables, fail, program);
}

function isShape({ shape }: TensorType): boolean {
  return shape.every(extent => Number.isInteger(extent) && extent > 0);
}

function verifyNode(
  node: Node,
  operands: readonly TensorType[],
  variables: readonly Variable[],
  table: OpTable,
  fail: (message: string) => never,
): void {
  if ((node.data !== undefined) !== (node.kind === 'constant')) fail('constants have data, and only they have');
  if ((node.body ?? []).length > 0 !== (node.kind === 'map' || node.kind === 'row'))
    fail('map and row have a body, only they have');
  if (node.replica !== undefined && !(Number.isInteger(node.replica) && node.replica > 0 && node.operands.length > 0))
    fail('replicas are numbered from 1, and have operands');
  if (node.epilogue !== undefined && node.kind !== 'row' && table.find(node.op)?.kind !== 'kernel')
    fail('only rows and kernel ops have an epilogue');
  switch (node.kind) {
    case 'input':
      return;
    case 'variable': {
      const variable = variables[node.attributes.variable] ?? fail('there is no such variable');
      if (!sameType(variable.type, node.type)) fail(`${variable.path} has type ${showType(variable.type)}`);
      return;
    }
    case 'constant':
      if (typeof node.data === 'object' && node.data.length !== elementCount(node.type.shape))
        fail('wrong number of elements');
      return;
    case 'gradient':
      verifyGradient(node, operands, fail);
      return;
    case 'map':
      verifyMap(node, operands, table, fail);
      return;
    case 'row':
      verifyRow(node, operands, table, fail);
      return;
    default:
      verifyOp(node, operands, table, fail);
  }
}

function verifyGradient(node: Node, operands: readonly TensorType[], fail: (message: string) => never): void {
  const [loss, value] = operands;
  if (operands.length !== 2) fail('a gradient has a loss and a value');
  if (!sameType(loss, { element: 'f32', shape: [] })) fail(`a loss of type ${showType(loss)} is no f32[]`);
  if (!isFloat(value.element)) fail(`${showType(value)} has no gradient`);
  if (!sameType(node.type, value)) fail(`the gradient of ${showType(value)} has another type`);
}

/** The type is the one the op infers; an epilogue keeps the shape. */
function verifyOp(node: Node, operands: readonly TensorType[], table: OpTable, fail: (message: string) => never): void {
  const def = table.find(node.op) ?? fail('there is no such op');
  if (def.kind === 'composite') fail('composite ops are expanded when they are built');
  const computed = operands.map(type => ({ ...type, element: computedElement(type.element) }));
  const answer = def.infer(computed.slice(0, node.epilogue?.firstOperand), node.attributes);
  const inferred = isProblem(answer) ? fail(answer.message) : answer;
  const base = node.epilogue?.base ?? node.type;
  const agrees =
    sameShape(inferred.shape, base.shape) && computedElement(inferred.element) === computedElement(base.element);
  if (!agrees) fail(`the op gives ${showType(inferred)}, the node says ${showType(base)}`);
  if (node.epilogue !== undefined) verifyEpilogue(node, node.epilogue, operands, table, fail);
}

function verifyInputs({ nodes, inputs }: Graph, fail: Fail): void {
  const listed = new Set<number>();
  for (const { name, value } of inputs) {
    const node = nodes[value];
    if (node?.kind !== 'input' || node.attributes.name !== name) fail('an input is no input node of its name', name);
    if (listed.has(value)) fail('an input is listed twice', name);
    listed.add(value);
  }
  nodes.forEach((node, id) => {
    if (node.kind === 'input' && !listed.has(id)) fail('an input node is not listed', `%${id}`);
  });
}

function verifyResults(
  { nodes, outputs, updates }: Graph,
  variables: readonly Variable[],
  fail: Fail,
  program?: Pick<Program, 'kind'>,
): void {
  const names = new Set<string>();
  for (const { name, value } of outputs) {
    if (names.has(name)) fail('two outputs have one name', name);
    names.add(name);
    if (nodes[value] === undefined) fail('an output has no value', name);
  }
  const updated = new Set<number>();
  for (const { variable, value } of updates) {
    const target = variables[variable] ?? fail('an update of no variable', `#${variable}`);
    if (updated.has(variable)) fail('a variable is updated twice', target.path);
    updated.add(variable);
    const node = nodes[value] ?? fail('an update has no value', target.path);
    if (!sameType(node.type, target.type)) fail(`an update has type ${showType(node.type)}`, target.path);
    const prepares = program?.kind === 'prepare';
    if (program !== undefined && (target.kind === 'prepared') !== prepares) {
      fail('prepared variables are updated by the prepare program, and only they are', target.path);
    }
  }
}
