/**
 * The oracle: runs a graph node by node on doubles, with every result rounded to its type. It shares no code with the kernels.
 *
 * Ops are evaluated by their own `evaluate`; the structural nodes (`map`, `row`, epilogues) step by step, whole tensors at a time.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Graph, Module, Node, Program, VariableId } from './graph.ts';
import { interpretSteps, reduceSteps } from './interpret-steps.ts';
import type { Round, Tensor } from './op/op.ts';
import type { OpTable } from './op/table.ts';
import { roundingOf } from './rounding.ts';
import type { TensorType } from './types.ts';
import { elementCount, showType } from './types.ts';

/** Row-major elements by name or by variable. */
export type InputData = { readonly [name: string]: Float64Array };
export type VariableData = readonly (Float64Array | undefined)[];

/** What a program is run on: its inputs by name; the variables by {@link VariableId}, of which those that it does not read may be missing. */
export interface RunData {
  readonly inputs: InputData;
  readonly variables: VariableData;
}

export interface Answers {
  readonly outputs: { readonly [name: string]: Tensor };
  readonly updates: ReadonlyMap<VariableId, Tensor>;
}

/** Runs one graph. `variables` is indexed by {@link VariableId}; what the graph does not read may be missing. */
export function interpret(
  graph: Graph,
  table: OpTable,
  inputs: InputData,
  variables: VariableData,
  round: Round = Math.fround,
): Answers {
  const values = evaluateNodes(graph, table, inputs, variables, round);
  return {
    outputs: Object.fromEntries(graph.outputs.map(({ name, value }) => [name, values[value]])),
    updates: new Map(graph.updates.map(({ variable, value }) => [variable, values[value]])),
  };
}

/** Runs a program of a module; prepared variables are computed first by the module's `prepare` program. */
export function interpretProgram(
  module: Module,
  program: Program,
  table: OpTable,
  { inputs, variables }: RunData,
  round: Round = Math.fround,
): Answers {
  const prepare = module.programs.find(({ kind }) => kind === 'prepare');
  if (prepare === undefined || program === prepare) return interpret(program.graph, table, inputs, variables, round);
  const known = [...variables];
  const { updates } = interpret(prepare.graph, table, {}, variables, round);
  for (const [variable, tensor] of updates) known[variable] = tensor.data;
  return interpret(program.graph, table, inputs, known, round);
}

function evaluateNodes(
  graph: Graph,
  table: OpTable,
  inputs: InputData,
  variables: VariableData,
  round: Round,
): readonly Tensor[] {
  const values: Tensor[] = [];
  const data = { inputs, variables };
  for (const node of graph.nodes) {
    const operands = node.operands.map(operand => values[operand]);
    values.push({ type: node.type, data: stored(node.type, evaluateNode(node, table, operands, data, round), round) });
  }
  return values;
}

/** What 16 bits keep of the elements of a node, whose steps are computed in 32. */
function stored({ element }: TensorType, data: Float64Array, round: Round): Float64Array {
  return element === 'f16' || element === 'bf16' ? data.map(roundingOf(element, round)) : data;
}

function evaluateNode(
  node: Node,
  table: OpTable,
  operands: readonly Tensor[],
  { inputs, variables }: RunData,
  round: Round,
): Float64Array {
  switch (node.kind) {
    case 'input':
      return given(node.type, inputs[node.attributes.name], `input ${node.attributes.name}`);
    case 'variable': {
      const id = node.attributes.variable;
      return given(node.type, variables[id], `variable ${id}`);
    }
    case 'constant':
      return constantData(node);
    case 'map':
      return interpretSteps(node.body, operands, node.type, table, round);
    case 'row':
      return finish(
        node,
        reduceSteps(node, operands.slice(0, node.epilogue?.firstOperand), table, round),
        operands,
        table,
        round,
      );
    default:
      return evaluateOp(node, table, operands, round);
  }
}

/** The elements of a `constant` node. */
export function constantData({ data = 0, type }: Pick<Node, 'data' | 'type'>): Float64Array {
  return typeof data === 'number' ? new Float64Array(elementCount(type.shape)).fill(data) : data;
}

/** An op of the table by its `evaluate`, then the epilogue. */
function evaluateOp(node: Node, table: OpTable, operands: readonly Tensor[], round: Round): Float64Array {
  const def = table.find(node.op);
  if (def === undefined) throw new InternalError('interpret', 'no such op', node.op);
  const type = node.epilogue?.base ?? node.type;
  const own = operands.slice(0, node.epilogue?.firstOperand);
  const data = def.evaluate(own, node.attributes, type, roundingOf(type.element, round));
  return finish(node, data, operands, table, round);
}

/** What a node stores: its op's result, sent through its epilogue and rounded. */
function finish(
  { epilogue, type }: Node,
  data: Float64Array,
  operands: readonly Tensor[],
  table: OpTable,
  round: Round,
): Float64Array {
  if (epilogue === undefined) return data;
  const sources = [{ type: epilogue.base, data }, ...operands.slice(epilogue.firstOperand)];
  return interpretSteps(epilogue.steps, sources, type, table, round);
}

function given(type: TensorType, data: Float64Array | undefined, what: string): Float64Array {
  const wanted = elementCount(type.shape);
  if (data?.length === wanted) return data;
  throw new InternalError('interpret', `${what} of type ${showType(type)} has ${data?.length ?? 'no'} elements`);
}
