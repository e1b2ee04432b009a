/**
 * The program that gives every variable its first value. It has one input, `seed` (i32[]), and one update per variable: a constant, or
 * random numbers that depend on the seed and a hash of the variable's path and on nothing else, so that a variable keeps its
 * numbers when others come and go. `$seed` itself takes the seed.
 */
import {
  createGraphBuilder,
  type GraphBuilder,
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
  for (const [index, variable] of module.variables.entries()) {
    if (variable.kind === 'prepared') continue;
    graph.update(index as VariableId, variable.path === seedPath ? seed : firstValue(graph, variable, seed));
  }
  return { name: 'init', kind: 'init', graph: graph.finish(), origin: {} };
}

function firstValue(graph: GraphBuilder, variable: Variable, seed: ValueId): ValueId {
  const { initialiser, type, origin } = variable;
  switch (initialiser.kind) {
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
