/**
 * A program as a model of ONNX. Before: the graph of a model as its text says it, in which every node is an operation of the table. After: nodes of
 * ONNX for each of its nodes, in the same order; variables are initialisers under their paths, inputs and outputs have their names. What cannot be
 * written is refused all at once, each node with its place.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { elementCount } from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';
import { encode, opset } from './encode.ts';
import { type ExportRequest, fault } from './request.ts';
import type { Declared } from './sketch.ts';
import { writeGraph } from './write-graph.ts';

/** What an export gives. */
export interface Exported {
  /** The file of the model, in pieces, which share the memory of the values. */
  readonly pieces: readonly Uint8Array[];
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
  const model = writeGraph(request, fault => faults.push(fault));
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
  return { ok: true, value: { pieces: encode(model), opset, inputs, outputs, operators, weights }, diagnostics: [] };
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
