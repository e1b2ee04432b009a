/**
 * An ONNX model as a `.dnn` text and weights, in stages: read, bind the inputs, order the nodes, lower each to calls of the language's operations (which
 * are computed where they stand over constants), recognise layers, print. What cannot be taken is told all at once.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import type { OpTable } from '@tessera-dnn/graph/op';
import { Draft } from './draft/draft.ts';
import { loaded } from './draft/load.ts';
import type { Value } from './draft/value.ts';
import type { Code } from './explain/catalogue.ts';
import { lowerGraph } from './lower/graph.ts';
import type { Operator } from './lower/operator.ts';
import { type BoundDimension, bind } from './model/bind.ts';
import { importedElement } from './model/elements.ts';
import type { ReadBeside } from './model/tensor.ts';
import { decode } from './proto/message.ts';
import { type ModelProto, modelFields, type ValueInfoProto } from './proto/onnx.ts';
import { recognise } from './recognise/recognise.ts';
import { outlined } from './recognise/repetition.ts';
import type { Named } from './text/named.ts';
import { printProgram } from './text/program.ts';

export interface ImportOptions {
  /** The operations of the language. */
  readonly table: OpTable;
  /** What messages call the model. Default `model.onnx`. */
  readonly file?: string;
  /** The name of the program. Default: made of the file's name. */
  readonly network?: string;
  /** Numbers for dimensions that the model leaves open, by their names (`batch`) or places (`image:2`). */
  readonly dims?: ReadonlyMap<string, number>;
  /** Inputs that become constants: tensors, or the number that all of their elements are. */
  readonly constants?: ReadonlyMap<string, number | StoredTensor>;
  /** Element types that may become narrower ones, beside i64: `f64` becomes `f32`, others `i32`. */
  readonly narrow?: readonly string[];
  /** Calls of operations only, and no blocks. */
  readonly flat?: boolean;
  /** Operators of other domains than ONNX's own, `microsoftOperators` of the subpath `microsoft`, say (default: none). */
  readonly operators?: readonly Operator[];
  /** Reads a file of the model's folder; absent: models with external data are refused. */
  readonly read?: ReadBeside;
}

export interface Imported {
  /** The formatted text. */
  readonly text: string;
  /** The weights by their paths in it. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  readonly network: string;
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
  readonly summary: ImportSummary;
}

export interface ImportSummary {
  /** The version of ONNX's operators that the model asks for. */
  readonly opset: number;
  readonly producer: string;
  readonly bound: readonly BoundDimension[];
  /** How many nodes of each operator there are. */
  readonly operators: ReadonlyMap<string, number>;
  /** How many nodes were computed during the import. */
  readonly folded: number;
  /** Names that are others in the text. */
  readonly renamed: readonly Named[];
}

/** The program that an ONNX model is. Never throws for what is in the file. */
export function importOnnx(content: Uint8Array, options: ImportOptions): Outcome<Imported> {
  const file = options.file ?? 'model.onnx';
  const model = decode(modelFields, content);
  if ('malformed' in model) return failed([bad(`${file} is no ONNX model: ${model.malformed}`)]);
  if (model.graph === undefined || model.opsets.length === 0)
    return failed([bad(`${file} is no ONNX model: it has no graph`)]);
  return importModel(model, { ...options, file });
}

/** What a model calls its inputs, in their order; none for what is no model. */
export function inputsOf(content: Uint8Array): readonly string[] {
  const model = decode(modelFields, content);
  if ('malformed' in model || model.graph === undefined) return [];
  const given = new Set(model.graph.initializers.map(({ name }) => name));
  return model.graph.inputs.flatMap(({ name = '' }) => (given.has(name) ? [] : [name]));
}

/** The same of a model that is read already, and has a graph. */
export function importModel(model: ModelProto, options: ImportOptions & { readonly file: string }): Outcome<Imported> {
  const graph = model.graph!;
  const { dims = new Map(), constants = new Map(), narrow = [], read = () => undefined } = options;
  const given = new Set(graph.initializers.map(({ name }) => name));
  const open = graph.inputs.filter(({ name }) => !given.has(name));
  const binding = bind(
    open.filter(({ name = '' }) => typeof constants.get(name) !== 'object'),
    dims,
    narrow,
  );
  const draft = new Draft(options.table, options.flat ?? false);
  const spare = [...constants.keys()].filter(name => !open.some(input => input.name === name));
  const inputs = binding.inputs.map((input): [string, Value] => {
    const { name, element, shape } = input;
    const number = constants.get(name);
    return [
      name,
      number === undefined
        ? { type: { element, shape }, source: { kind: 'input', name }, hint: { name } }
        : draft.constant(element, shape, Number(number)),
    ];
  });
  const { known, refused } = knownInputs(constants, open, narrow);
  const problems = [
    ...binding.problems,
    ...refused,
    ...spare.map(name =>
      notAnInput(
        name,
        open.map(one => one.name ?? ''),
      ),
    ),
  ];
  // With a dimension open no shape is true: then only operators that are unknown are told.
  const values = binding.problems.length > 0 ? [] : inputs;
  const lowered = lowerGraph(
    { draft, narrow, read, opsets: opsetsOf(model), functions: model.functions, operators: options.operators ?? [] },
    graph,
    new Map([...open.map(({ name = '' }) => [name, undefined] as const), ...values, ...known]),
  );
  if (!lowered.ok || problems.length > 0) return failed([...problems, ...lowered.diagnostics]);
  const { results, counts, folded } = lowered.value;
  const recognised = recognise(results, draft);
  const outputs = options.flat ? recognised : outlined(recognised);
  const printed = printProgram({
    file: options.file,
    network: options.network ?? graph.name ?? 'net',
    operations: options.table.all.map(({ name }) => name),
    inputs: inputs.flatMap(([name, value]) => (value.source.kind === 'input' ? [{ name, value }] : [])),
    outputs: outputs.map((value, at) => ({ name: graph.outputs[at].name ?? `output_${at}`, value })),
    producer: producerOf(model),
  });
  const summary = {
    opset: opsetsOf(model).get('') ?? 0,
    producer: producerOf(model),
    bound: binding.bound,
    operators: counts,
    folded,
    renamed: printed.renamed,
  };
  return { ok: true, value: { ...printed, summary }, diagnostics: [] };
}

/** Inputs that the caller has tensors for. */
function knownInputs(
  constants: ReadonlyMap<string, number | StoredTensor>,
  inputs: readonly ValueInfoProto[],
  narrow: readonly string[],
): { readonly known: readonly (readonly [string, Value])[]; readonly refused: readonly Diagnostic<Code>[] } {
  const known: [string, Value][] = [];
  const refused: Diagnostic<Code>[] = [];
  for (const { name = '', type } of inputs) {
    const stored = constants.get(name);
    if (typeof stored !== 'object') continue;
    const dims = type?.tensor?.shape?.dims ?? stored.shape.map(() => ({ value: undefined }));
    const fits =
      dims.length === stored.shape.length &&
      dims.every(({ value }, at) => (value ?? stored.shape[at]) === stored.shape[at]);
    const element = importedElement(stored.element, narrow);
    if (fits && element !== undefined) known.push([name, loaded(stored, narrow, { name })]);
    else refused.push(wrongConstant(name, `${stored.element}[${stored.shape.join(', ')}]`));
  }
  return { known, refused };
}

function wrongConstant(name: string, given: string): Diagnostic<Code> {
  return {
    code: 'bad-import-option',
    severity: 'error',
    message: `the constant for ${name} is ${given}, which the model does not take`,
  };
}

function opsetsOf({ opsets }: ModelProto): ReadonlyMap<string, number> {
  return new Map(opsets.map(({ domain = '', version = 1 }) => [domain === 'ai.onnx' ? '' : domain, version]));
}

function producerOf({ producerName = '', producerVersion = '' }: ModelProto): string {
  return `${producerName} ${producerVersion}`.trim();
}

function notAnInput(name: string, inputs: readonly string[]): Diagnostic<Code> {
  return {
    code: 'bad-import-option',
    severity: 'error',
    message: `the model has no input called ${name}`,
    help: `it has ${inputs.join(', ')}`,
  };
}

function bad(message: string): Diagnostic<Code> {
  return { code: 'bad-onnx', severity: 'error', message };
}

function failed(diagnostics: readonly Diagnostic[]): Outcome<never> {
  return { ok: false, diagnostics };
}
