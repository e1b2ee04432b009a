/**
 * The program that gives every variable its first value. It has one input, `seed` (i32[]), and one update per variable: a constant, or
 * random numbers that depend on the seed and a hash of the variable's path and on nothing else, so that a variable keeps its
 * numbers when others come and go. `$seed` itself takes the seed. A first value may also be that of an earlier variable, or be computed of
 * such: what the language has elaborated of this is taken over.
 */
import {
  createGraphBuilder,
  type Graph,
  type GraphBuilder,
  liveNodes,
  type Module,
  type Program,
  type ValueId,
  type Variable,
  type VariableId,
} from '@tessera-dnn/graph';
import { type OpTable, opInRole } from '@tessera-dnn/graph/op';
import { opOfSymbol } from './operators.ts';
import { placeOf, seedPath } from './random.ts';
import { scalarType } from './tensors.ts';

/** The `init` program of a module; variables of kind `prepared` are left to the `prepare` program. */
export function initProgram(module: Module, table: OpTable): Program {
  const graph = createGraphBuilder(table);
  const seed = graph.input('seed', scalarType('i32'));
  const begun = module.programs.find(({ kind }) => kind === 'init')?.graph;
  const first: ValueId[] = [];
  for (const [index, variable] of module.variables.entries()) {
    const value = variable.path === seedPath ? seed : firstValue({ graph, seed, begun, first }, variable, index);
    first.push(value);
    if (variable.kind !== 'prepared') graph.update(index as VariableId, value);
  }
  return { name: 'init', kind: 'init', graph: graph.finish(), origin: {} };
}

interface Init {
  readonly graph: GraphBuilder;
  readonly seed: ValueId;
  /** What the language computes of first values: a program whose updates read variables. */
  readonly begun: Graph | undefined;
  /** The first values of the variables so far. */
  readonly first: readonly ValueId[];
}

function firstValue(init: Init, variable: Variable, index: number): ValueId {
  const { graph, seed } = init;
  const { initialiser, type, origin } = variable;
  switch (initialiser.kind) {
    case 'copy':
      return init.first[initialiser.of];
    case 'computed':
      return computed(init, variable, index);
    case 'constant':
      return graph.constant(type, initialiser.value, origin);
    case 'values':
      return graph.constant(type, Float64Array.from(initialiser.values), origin);
    case 'uniform': {
      const { low, high } = initialiser;
      return scaled(graph, variable, draw(graph, 'uniform', variable, seed), high - low, low);
    }
    case 'normal': {
      const { mean, deviation } = initialiser;
      return scaled(graph, variable, draw(graph, 'normal', variable, seed), deviation, mean);
    }
  }
}

/** The value of the update that the language has begun. Where it is absent, as while ranges are measured, the weights of a file replace it. */
function computed({ graph, begun, first, seed }: Init, { type, origin }: Variable, index: number): ValueId {
  const update = begun?.updates.find(({ variable }) => variable === index);
  if (begun === undefined || update === undefined) return graph.constant(type, 0, origin);
  const live = liveNodes({ ...begun, outputs: [], updates: [update] });
  const values: ValueId[] = [];
  for (const [id, node] of begun.nodes.entries()) {
    if (live[id] === 0) values.push(seed);
    else if (node.kind === 'input') values.push(seed);
    else if (node.kind === 'variable') values.push(first[node.attributes.variable]);
    else values.push(graph.append({ ...node, operands: node.operands.map(operand => values[operand]) }));
  }
  return values[update.value];
}

function draw(
  graph: GraphBuilder,
  role: 'uniform' | 'normal',
  { path, type, origin }: Variable,
  seed: ValueId,
): ValueId {
  const op = opInRole(graph.table, role);
  const operands = op.parameters.filter(parameter => parameter.kind === 'tensor').map(parameter => parameter.name);
  const step = graph.constant(scalarType('i32'), 0);
  const values = operands.map(operand => (operand === 'seed' ? seed : step));
  return graph.op(op.name, values, { shape: type.shape, place: placeOf(path) }, origin);
}

/** `x · factor + offset` in the variable's element type; no 0 is added, which would take its sign from -0 in strict math alone. */
function scaled(graph: GraphBuilder, { type, origin }: Variable, x: ValueId, factor: number, offset: number): ValueId {
  const drawn = graph.type(x).element;
  const apply = (symbol: string, a: ValueId, b: number) => {
    const number = graph.constant(scalarType(drawn), b);
    return graph.op(opOfSymbol(graph.table, symbol, 2).name, [a, number], {}, origin);
  };
  const spread = apply('*', x, factor);
  const value = offset === 0 ? spread : apply('+', spread, offset);
  return drawn === type.element
    ? value
    : graph.op(opInRole(graph.table, 'cast').name, [value], { element: type.element }, origin);
}
