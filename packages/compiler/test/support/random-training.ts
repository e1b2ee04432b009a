/** Makes a training step of a random module: losses from its outputs, gradients by all that can have one, an update of every param. */
import {
  createGraphBuilder,
  elementCount,
  type Graph,
  type GraphBuilder,
  isFloat,
  type Module,
  type ValueId,
  type VariableId,
} from '@tessera/graph';
import type { RandomModule } from '@tessera/graph/testing';
import { ops } from '@tessera/ops';
import { differentiate } from '@tessera/passes';

/**
 * The program keeps its outputs and updates, and has more of them: its loss, the gradient by each float input and variable, and new
 * values of the params. Undefined if none of its values is a float or an op on the way has no gradient.
 */
export function trainingOf(random: RandomModule): RandomModule | undefined {
  const { module } = random;
  const [program] = module.programs;
  const build = createGraphBuilder(ops);
  const values = copyInto(build, program.graph);
  const floats = program.graph.outputs
    .map(({ value }) => values[value])
    .filter(value => isFloat(build.type(value).element));
  if (floats.length === 0) return undefined;
  const loss = floats.map(value => lossOf(build, value)).reduce((a, b) => build.op('add', [a, b]));
  build.output('loss', loss);
  descend(build, module, loss);
  const trained: Module = { ...module, programs: [{ ...program, graph: build.finish() }] };
  if ((differentiate.check?.(trained, { table: ops, strict: true }) ?? []).length > 0) return undefined;
  return { ...random, module: trained };
}

function copyInto(build: GraphBuilder, graph: Graph): readonly ValueId[] {
  const values: ValueId[] = [];
  for (const node of graph.nodes) {
    const operands = node.operands.map(operand => values[operand]);
    const name = String(node.attributes['name']);
    values.push(node.op === 'input' ? build.input(name, node.type) : build.append({ ...node, operands }));
  }
  for (const { name, value } of graph.outputs) build.output(name, values[value]);
  for (const { variable, value } of graph.updates) build.update(variable, values[value]);
  return values;
}

/** Σ wᵢ·tanh(xᵢ / 4), weights of several sizes and signs: bounded, and with a slope of its own for every element. */
function lossOf(build: GraphBuilder, value: ValueId): ValueId {
  const type = build.type(value);
  const weights = Float64Array.from({ length: elementCount(type.shape) }, (_, i) => ((i * 7) % 11) / 8 - 0.5);
  const small = build.op('mul', [value, build.constant(type, 0.25)]);
  const weighted = build.op('mul', [build.op('tanh', [small]), build.constant(type, weights)]);
  return type.shape.length === 0 ? weighted : sum(build, weighted);
}

function sum(build: GraphBuilder, value: ValueId): ValueId {
  return build.op('sum', [value], { axes: build.type(value).shape.map((_, axis) => axis), keep: false });
}

function descend(build: GraphBuilder, module: Module, loss: ValueId): void {
  for (let id = 0; id < loss; id++) {
    const { op, type, attributes } = build.node(id as ValueId);
    if (!isFloat(type.element)) continue;
    const gradient = () => build.gradient(loss, id as ValueId);
    if (op === 'input') build.output(`d_${attributes['name']}`, gradient());
    if (op !== 'variable') continue;
    const variable = Number(attributes['variable']) as VariableId;
    const { kind, path } = module.variables[variable];
    if (kind === 'state') build.output(`d_${path}`, gradient());
    else {
      const step = build.op('mul', [gradient(), build.constant(type, 0.5)]);
      build.update(variable, build.op('sub', [id as ValueId, step]));
    }
  }
}
