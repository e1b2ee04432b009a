/** Writes the nodes of a graph into a sketch: those that its outputs need, in their order, several as one where ONNX has one operator for them. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import {
  constantData,
  elementCount,
  type Initialiser,
  type NamedValue,
  type Node,
  type OpNode,
  showType,
  type ValueId,
} from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';
import { type Joined, joinedAt, usesIn } from './joined.ts';
import { exportOf } from './operations/table.ts';
import type { Exporting, Refused } from './operator.ts';
import { lacks } from './operator-elements.ts';
import { type ExportRequest, fault } from './request.ts';
import { type Declared, Sketch, type SketchedModel } from './sketch.ts';

/** The work while it goes on. */
interface Writing {
  readonly request: ExportRequest;
  readonly sketch: Sketch;
  /** Under which name the model has each value; those that are not needed, and what was refused, have none. */
  readonly names: Map<ValueId, string>;
  readonly report: (fault: Diagnostic<Code>) => void;
}

/** The model, without what is reported. */
export function writeGraph(request: ExportRequest, report: Writing['report']): SketchedModel {
  const { graph } = request.program;
  const { nodes, inputs, outputs } = graph;
  const declared = (values: typeof inputs): readonly Declared[] =>
    values.map(({ name, value }) => ({ name, type: nodes[value].type }));
  const sketch = new Sketch([...inputs, ...outputs].map(({ name }) => name));
  const writing: Writing = { request, sketch, names: new Map(), report };
  const joined = new Map<ValueId, Joined>();
  const needed = neededBy(request, joined);
  for (const [i, node] of nodes.entries()) {
    const value = i as ValueId;
    if (needed.has(value)) writing.names.set(value, nameOf(writing, node, joined.get(value)));
  }
  for (const output of outputs) writing.names.set(output.value, nameOutput(writing, output));
  return sketch.finished(request.program.name, declared(inputs), declared(outputs));
}

/** The values that outputs are computed from, when nodes are joined; what is joined is put into `joined`. */
function neededBy({ program: { graph } }: ExportRequest, joined: Map<ValueId, Joined>): ReadonlySet<ValueId> {
  const uses = usesIn(graph);
  const needed = new Set(graph.outputs.map(({ value }) => value));
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const value = i as ValueId;
    if (!needed.has(value)) continue;
    const one = joinedAt(graph, value, uses);
    if (one) joined.set(value, one);
    for (const operand of (one ?? graph.nodes[i]).operands) needed.add(operand);
  }
  return needed;
}

/**
 * Gives an output its name, under which its value is known from then on. One that is an input has it already, and another value cannot have the name of
 * an input too.
 */
function nameOutput({ request, sketch, names, report }: Writing, { name, value }: NamedValue): string {
  const known = names.get(value) ?? '';
  if (known === name) return name;
  if (request.program.graph.inputs.some(input => input.name === name)) {
    const message = `the output ${name} is called like an input, and has another value`;
    report(fault(request, request.program.origin, message, 'give it another name'));
  } else if (sketch.rename(known, name)) {
    // Operations that change nothing give their operand's name, so that others may have had it too.
    for (const [other, own] of names) if (own === known) names.set(other, name);
  } else sketch.identity(known, name);
  return name;
}

/** The name under which the model has the node's value; of what is refused any. */
function nameOf(writing: Writing, node: Node, joined: Joined | undefined): string {
  const { request, sketch, report } = writing;
  if (node.kind === 'input') return node.attributes.name;
  if (node.kind === 'constant') return sketch.constant(node.type, constantData(node));
  if (node.kind === 'variable') return variableName(writing, node);
  const name = node.kind === 'op' ? written(writing, node, joined) : undefined;
  if (typeof name === 'string') return name;
  const why = name?.refused ?? 'has no form in ONNX';
  report(fault(request, node.origin, `${node.op}, which gives ${showType(node.type)}, ${why}`));
  return '';
}

function written(
  { request, sketch, names }: Writing,
  own: OpNode,
  joined: Joined | undefined,
): string | Refused | undefined {
  const { nodes } = request.program.graph;
  const { node, operands, write } = joined ?? { node: own, operands: own.operands, write: exportOf(own.op) };
  const missing: string[] = [];
  const given: Exporting = {
    node,
    operands: operands.map(operand => nodes[operand]),
    inputs: operands.map(operand => names.get(operand) ?? ''),
    emit: (op, inputs, attributes) => {
      const { element } = (operands.length > 0 ? nodes[operands[0]] : node).type;
      if (lacks(op, element)) missing.push(`needs ${op} of ${element}, which ONNX does not have`);
      return sketch.node(node.origin.path ?? '', op, inputs, attributes);
    },
    constant: (type, values) => sketch.constant(type, values),
    integers: (values, shape) => sketch.integers(values, shape),
  };
  const result = write?.(given);
  return missing.length === 0 ? result : { refused: missing[0] };
}

/** A variable's numbers become a tensor under its path. */
function variableName({ request, sketch, report }: Writing, node: Node & { readonly kind: 'variable' }): string {
  const { module, values } = request;
  const { path, type, initialiser, origin } = module.variables[node.attributes.variable];
  const first = initialiser.kind === 'copy' ? module.variables[initialiser.of] : undefined;
  const numbers =
    values.get(path) ?? (first && values.get(first.path)) ?? firstValues(initialiser, elementCount(type.shape));
  if (numbers !== undefined) return sketch.variable(path, type, numbers);
  const message = `${path} has no values, and a model of ONNX holds all of them`;
  report(fault(request, origin, message, '--weights FILE gives them'));
  return '';
}

/** First values that are the same whatever the seed. */
function firstValues(initialiser: Initialiser, count: number): ArrayLike<number> | undefined {
  if (initialiser.kind === 'constant') return new Float64Array(count).fill(initialiser.value);
  return initialiser.kind === 'values' ? initialiser.values : undefined;
}
