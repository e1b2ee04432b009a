/**
 * A program as a model of ONNX. Before: the graph of a model as its text says it, in which every node is an operation of the table. After: nodes of
 * ONNX for each of its nodes, in the same order; variables are initialisers under their paths, inputs and outputs have their names. What cannot be
 * written is refused all at once, each node with its place.
 */
import type { Diagnostic, Outcome, Span } from '@tessera-dnn/diagnostics';
import {
  constantData,
  elementCount,
  type Module,
  type NamedValue,
  type Node,
  type OpNode,
  type Origin,
  type Program,
  showType,
} from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';
import { encode, opset } from './encode.ts';
import { exportOf } from './operations/table.ts';
import type { Exporting } from './operator.ts';
import { type Declared, Sketch, type SketchedModel } from './sketch.ts';

/** What is exported. */
export interface ExportRequest {
  /** As elaborated: passes that fuse have not run. */
  readonly module: Module;
  /** A model of it. */
  readonly program: Program;
  /** Row-major numbers by the variables' paths. States may be missing whose first values are numbers. */
  readonly values: ReadonlyMap<string, ArrayLike<number>>;
  /** Where a node stands in the user's own text (default: where its origin says). */
  readonly placeOf?: (origin: Origin) => Span | undefined;
}

export interface Exported {
  /** The file of the model. */
  readonly bytes: Uint8Array;
  readonly opset: number;
  readonly inputs: readonly Declared[];
  readonly outputs: readonly Declared[];
  /** How many nodes there are of each operator. */
  readonly operators: ReadonlyMap<string, number>;
  /** How many numbers of variables are in the model. */
  readonly weights: number;
}

/** A model's file may have 2 GiB, since protobuf counts no further. */
const mostBytes = 2 ** 31 - 1;

/** The model, or one `unsupported-export` for each part of the program that ONNX has no form for. */
export function exportOnnx(request: ExportRequest): Outcome<Exported> {
  const { program } = request;
  const faults = [...programFaults(request)];
  const model = sketched(request, faults);
  const bytes = [...model.tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > mostBytes)
    faults.push(
      fault(
        request,
        program.origin,
        `${program.name} has ${bytes} bytes of numbers, and a file of ONNX at most ${mostBytes}`,
      ),
    );
  if (faults.length > 0) return { ok: false, diagnostics: faults };
  const operators = new Map<string, number>();
  for (const { op } of model.nodes) operators.set(op, (operators.get(op) ?? 0) + 1);
  const weights = variablesOf(request).reduce((sum, { type }) => sum + elementCount(type.shape), 0);
  const { inputs, outputs } = model;
  return { ok: true, value: { bytes: encode(model), opset, inputs, outputs, operators, weights }, diagnostics: [] };
}

function fault({ placeOf }: ExportRequest, origin: Origin, message: string, help?: string): Diagnostic<Code> {
  const span = placeOf ? placeOf(origin) : origin.span;
  return {
    ...{ code: 'unsupported-export', severity: 'error', message },
    ...(span && { span }),
    ...(help !== undefined && { help }),
  };
}

/** What a model of ONNX cannot do: it is run, and keeps nothing from run to run. */
function programFaults(request: ExportRequest): readonly Diagnostic<Code>[] {
  const { program, module } = request;
  if (program.kind !== 'model') {
    return [
      fault(
        request,
        program.origin,
        `${program.name} is a training, and ONNX has models only`,
        'export the model that it trains',
      ),
    ];
  }
  return program.graph.updates.map(({ variable }) => {
    const { path, origin } = module.variables[variable];
    const help = 'make it an input and an output: what runs the model then keeps it';
    return fault(request, origin, `${program.name} gives ${path} a new value, and a model of ONNX keeps nothing`, help);
  });
}

function variablesOf({ module, program }: ExportRequest) {
  return program.graph.nodes.flatMap(node =>
    node.kind === 'variable' ? [module.variables[node.attributes.variable]] : [],
  );
}

function sketched(request: ExportRequest, faults: Diagnostic<Code>[]): SketchedModel {
  const { nodes, inputs, outputs } = request.program.graph;
  const declared = (values: typeof inputs): readonly Declared[] =>
    values.map(({ name, value }) => ({ name, type: nodes[value].type }));
  const sketch = new Sketch([...inputs, ...outputs].map(({ name }) => name));
  const names: string[] = [];
  for (const node of nodes) names.push(nameOf(request, sketch, node, names, faults));
  for (const output of outputs) names[output.value] = nameOutput(request, sketch, output, names[output.value], faults);
  return sketch.finished(request.program.name, declared(inputs), declared(outputs));
}

/** Gives an output its name, under which its value is known from then on. One that is an input has it already, and another value cannot have the name of an input too. */
function nameOutput(
  request: ExportRequest,
  sketch: Sketch,
  { name }: NamedValue,
  known: string,
  faults: Diagnostic<Code>[],
): string {
  if (known === name) return name;
  if (request.program.graph.inputs.some(input => input.name === name)) {
    const message = `the output ${name} is called like an input, and has another value`;
    faults.push(fault(request, request.program.origin, message, 'give it another name'));
  } else if (!sketch.rename(known, name)) sketch.identity(known, name);
  return name;
}

/** The name under which the model has the node's value; of what is refused any. */
function nameOf(
  request: ExportRequest,
  sketch: Sketch,
  node: Node,
  names: readonly string[],
  faults: Diagnostic<Code>[],
): string {
  if (node.kind === 'input') return node.attributes.name;
  if (node.kind === 'constant') return sketch.constant(node.type, constantData(node));
  if (node.kind === 'variable') return variableName(request, sketch, node, faults);
  const name = node.kind === 'op' ? exportOf(node.op)?.(givenFor(request, sketch, node, names)) : undefined;
  if (typeof name === 'string') return name;
  const why = name?.refused ?? 'has no form in ONNX';
  faults.push(fault(request, node.origin, `${node.op}, which gives ${showType(node.type)}, ${why}`));
  return '';
}

function givenFor({ program }: ExportRequest, sketch: Sketch, node: OpNode, names: readonly string[]): Exporting {
  const { nodes } = program.graph;
  return {
    node,
    operands: node.operands.map(operand => nodes[operand]),
    inputs: node.operands.map(operand => names[operand]),
    emit: (op, inputs, attributes) => sketch.node(node.origin.path ?? '', op, inputs, attributes),
    constant: (type, values) => sketch.constant(type, values),
    integers: (values, shape) => sketch.integers(values, shape),
  };
}

/** A variable's numbers become a tensor under its path. */
function variableName(
  request: ExportRequest,
  sketch: Sketch,
  node: Node & { readonly kind: 'variable' },
  faults: Diagnostic<Code>[],
): string {
  const { module, values } = request;
  const { path, type, initialiser, origin } = module.variables[node.attributes.variable];
  const first = initialiser.kind === 'copy' ? module.variables[initialiser.of] : undefined;
  const numbers =
    values.get(path) ?? (first && values.get(first.path)) ?? firstValues(initialiser, elementCount(type.shape));
  if (numbers === undefined) {
    faults.push(
      fault(
        request,
        origin,
        `${path} has no values, and a model of ONNX holds all of them`,
        '--weights FILE gives them',
      ),
    );
    return '';
  }
  return sketch.variable(path, type, numbers);
}

/** First values that are the same whatever the seed. */
function firstValues(
  initialiser: Module['variables'][number]['initialiser'],
  count: number,
): ArrayLike<number> | undefined {
  if (initialiser.kind === 'constant') return new Float64Array(count).fill(initialiser.value);
  return initialiser.kind === 'values' ? initialiser.values : undefined;
}
