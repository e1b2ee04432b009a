/**
 * A model of TensorFlow Lite as a `.dnn` text and weights: its nodes become those of ONNX, from which on it is imported as a model of that. So names,
 * layers, repetition, computed shapes and refusals are the same.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { Refusal, refuse } from '../draft/refusal.ts';
import type { Code } from '../explain/catalogue.ts';
import { type Imported, type ImportOptions, importModel } from '../import.ts';
import type { ModelProto, ValueInfoProto } from '../proto/onnx.ts';
import { Building, elementCode, isLevels, isWideLevels } from './build.ts';
import type { Given } from './finish.ts';
import { declaredMessage } from './messages.ts';
import { type LiteModel, type LiteOperator, readLite } from './model.ts';
import { liteOperator } from './operators.ts';

/** The version of ONNX's operators in which the nodes are written. */
const opset = 18;

/** The program that a `.tflite` model is. Never throws for what is in the file. */
export function importTflite(content: Uint8Array, options: ImportOptions): Outcome<Imported> {
  const file = options.file ?? 'model.tflite';
  try {
    const model = readLite(content);
    const wide = model.tensors.find(isWideLevels);
    if (wide) refuse(`tensor ${wide.name} has levels of 16 bits or more, and those of 8 are taken`);
    const found = refusals(model);
    if (found.length > 0) return { ok: false, diagnostics: found };
    const built = onnxOf(model);
    if ('faults' in built) return { ok: false, diagnostics: built.faults };
    const imported = importModel(built, { ...options, file });
    if (imported.ok || imported.diagnostics.length > 0) return imported;
    return bad(`${file} cannot be imported: it reads what nothing computes before`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return bad(`${file} cannot be imported: ${error.message}`);
  }
}

function bad(message: string): Outcome<never> {
  const code: Code = 'bad-tflite';
  return { ok: false, diagnostics: [{ code, severity: 'error', message }] };
}

function refused(operator: LiteOperator, at: number, reason: string, help?: string): Diagnostic<Code> {
  const name =
    liteOperator(operator.code)?.name ?? (operator.custom === '' ? `operator ${operator.code}` : operator.custom);
  return {
    code: 'unsupported-node',
    severity: 'error',
    message: `node ${at} (${name}): ${reason}`,
    ...(help !== undefined && { help }),
  };
}

/** All operators that are not imported, told at once. */
function refusals({ operators }: LiteModel): readonly Diagnostic<Code>[] {
  return operators.flatMap((operator, at) =>
    liteOperator(operator.code)
      ? []
      : [refused(operator, at, 'there is no such operator here', 'docs/importing.md lists those that are imported')],
  );
}

/** The model in ONNX, or what is refused of its nodes. */
function onnxOf(model: LiteModel): ModelProto | { readonly faults: readonly Diagnostic<Code>[] } {
  const building = new Building(model);
  const inputs = model.inputs.map(at => inputOf(building, at));
  const faults: Diagnostic<Code>[] = [];
  // What stands on a node that was refused would be refused for that alone.
  const lost = new Set<number>();
  for (const [at, operator] of model.operators.entries()) {
    const fault = operator.inputs.some(input => lost.has(input)) ? undefined : faultOf(building, operator, at);
    if (fault) faults.push(fault);
    if (fault || operator.inputs.some(input => lost.has(input)))
      for (const output of operator.outputs) lost.add(output);
  }
  if (faults.length > 0) return { faults };
  const outputs = model.outputs.map(at => outputOf(building, at));
  const { nodes, tensors } = building;
  const graph = { nodes, name: undefined, initializers: tensors, inputs, outputs, sparseInitializers: [] };
  const opsets = [{ domain: '', version: opset }];
  return { irVersion: 8, producerName: 'TensorFlow Lite', producerVersion: undefined, graph, opsets, functions: [] };
}

/** Writes an operator, or says why it cannot be. */
function faultOf(building: Building, operator: LiteOperator, at: number): Diagnostic<Code> | undefined {
  try {
    liteOperator(operator.code)?.write(givenOf(building, operator));
    return undefined;
  } catch (error) {
    if (error instanceof RangeError)
      return refused(
        operator,
        at,
        'it is damaged: something leads beyond its end, or to the same place again and again',
      );
    if (!(error instanceof Refusal)) throw error;
    return refused(operator, at, error.message, error.help);
  }
}

function givenOf(building: Building, operator: LiteOperator): Given {
  const { options } = operator;
  return {
    building,
    operator,
    options: {
      byte: (slot, otherwise = 0) => options?.byte(slot, otherwise) ?? otherwise,
      int: (slot, otherwise = 0) => options?.int(slot, otherwise) ?? otherwise,
      float: (slot, otherwise = 0) => options?.float(slot, otherwise) ?? otherwise,
      flag: slot => options?.flag(slot) ?? false,
    },
  };
}

/** An input of levels stays one: the program makes the numbers of it that they stand for. */
function inputOf(building: Building, at: number): ValueInfoProto {
  const tensor = building.tensor(at);
  building.define(at, 'last', isLevels(tensor) ? building.dequantized(tensor.name, tensor) : tensor.name);
  return declaredMessage(tensor.name, elementCode(tensor), tensor.shape);
}

function outputOf(building: Building, at: number): ValueInfoProto {
  const tensor = building.tensor(at);
  const value = building.value(at);
  if (isLevels(tensor)) building.emit('QuantizeLinear', [value, ...building.quantities(tensor)], {}, `${tensor.name}`);
  else if (value !== tensor.name) building.emit('Identity', [value], {}, tensor.name);
  return declaredMessage(tensor.name, elementCode(tensor), tensor.shape);
}
