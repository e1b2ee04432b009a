/** Lowers the nodes of a graph in order, and gathers what is refused, so that one run tells all of it. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { checkRange, type Draft } from '../draft/draft.ts';
import { loaded, refuseType } from '../draft/load.ts';
import { Refusal, refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Code } from '../explain/catalogue.ts';
import { elementOf, importedElement } from '../model/elements.ts';
import { sorted } from '../model/sort.ts';
import { type ReadBeside, storedTensor } from '../model/tensor.ts';
import { findOperator } from '../operators/table.ts';
import type { FunctionProto, GraphProto, NodeProto, TensorProto } from '../proto/onnx.ts';
import { bodyOf, functionOf } from './functions.ts';
import { Node } from './node.ts';
import { lowerOf, type Operator } from './operator.ts';

export interface Lowering {
  readonly draft: Draft;
  readonly narrow: readonly string[];
  readonly read: ReadBeside;
  /** The version of each domain's operators that the model asks for. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly functions: readonly FunctionProto[];
  /** Operators beside those of the table, which come first. */
  readonly operators: readonly Operator[];
  /** How many functions are around. */
  readonly depth?: number;
}

export interface Lowered {
  /** The graph's outputs. */
  readonly results: readonly Value[];
  /** How many nodes of each operator there are. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many nodes have results that are known beforehand. */
  readonly folded: number;
}

/** The values that a name stands for; `undefined` where the node that makes it has been refused. */
type Scope = Map<string, Value | undefined>;

/** The outputs of `graph`, given the values of its inputs and of what lies around it. */
export function lowerGraph(
  lowering: Lowering,
  graph: GraphProto,
  around: ReadonlyMap<string, Value | undefined>,
): Outcome<Lowered> {
  const scope: Scope = new Map(around);
  const diagnostics: Diagnostic<Code>[] = [];
  const attempt = (where: string, help: string | undefined, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      diagnostics.push({
        code: 'unsupported-node',
        severity: 'error',
        message: `${where}: ${error.message}`,
        ...helpOf(error.help ?? help),
      });
    }
  };
  for (const tensor of graph.initializers) {
    scope.set(tensor.name ?? '', undefined);
    attempt('the model', undefined, () => void scope.set(tensor.name ?? '', initial(lowering, tensor)));
  }
  const nodes = sorted(graph.nodes);
  if (nodes === undefined)
    return { ok: false, diagnostics: [bad('the nodes of the model wait for each other in a circle')] };
  const reads = readsIn(graph);
  const counts = new Map<string, number>();
  let folded = 0;
  for (const node of nodes) {
    counts.set(node.opType ?? '', (counts.get(node.opType ?? '') ?? 0) + 1);
    for (const name of node.outputs) scope.set(name, undefined);
    attempt(describe(node, lowering.opsets), undefined, () => {
      const results = lowerNode(lowering, node, scope, reads);
      for (const [at, value] of results.entries()) name(scope, node, value, at);
      if (results.length > 0 && results.every(value => value?.source.kind === 'constant')) folded++;
    });
  }
  const missing = graph.outputs.filter(({ name = '' }) => !scope.has(name));
  if (missing.length > 0) diagnostics.push(bad(`nothing makes the output ${missing[0].name}`));
  for (const { name = '' } of graph.outputs) {
    const shape = scope.get(name)?.type.shape;
    attempt(`output ${name}`, undefined, () => checkRange(scope.get(name)));
    if (shape?.includes(0)) diagnostics.push(bad(`output ${name} has no elements: [${shape.join(', ')}]`));
  }
  const results = graph.outputs.map(({ name = '' }) => scope.get(name));
  if (diagnostics.length > 0 || results.includes(undefined)) return { ok: false, diagnostics };
  return { ok: true, value: { results: results.filter(one => one !== undefined), counts, folded }, diagnostics: [] };
}

/** How many nodes read each value of a graph; what a graph within it reads counts as read twice, since it may be lowered several times. */
function readsIn({ nodes, outputs }: GraphProto): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  const count = (name: string, times: number) => void reads.set(name, (reads.get(name) ?? 0) + times);
  for (const { inputs, attributes, opType } of nodes) {
    // What `Identity` hands on has another name.
    if (opType !== 'Identity') for (const input of inputs) count(input, 1);
    for (const { g } of attributes) if (g !== undefined) for (const name of readsIn(g).keys()) count(name, 2);
  }
  for (const { name = '' } of outputs) count(name, 1);
  return reads;
}

function name(scope: Scope, node: NodeProto, value: Value | undefined, at: number): void {
  const name = node.outputs[at] ?? '';
  if (name === '') return;
  if (value === undefined) refuse(`its result ${at} is not taken`);
  scope.set(
    name,
    value.hint?.name === undefined ? { ...value, hint: { name, ...(node.name && { node: node.name }) } } : value,
  );
}

/** The results of a node; none where an operand comes from a node that has been refused already. */
function lowerNode(
  lowering: Lowering,
  proto: NodeProto,
  scope: Scope,
  reads: ReadonlyMap<string, number>,
): readonly (Value | undefined)[] {
  const { opType = '', domain = '' } = proto;
  const called = functionOf(lowering.functions, proto);
  if (called !== undefined) return lowerFunction(lowering, called, proto, scope);
  const operator =
    lowering.operators.find(other => other.name === opType && (other.domain ?? '') === domain) ??
    findOperator(domain, opType) ??
    refuse('there is no such operator here', 'docs/importing.md lists those that are imported');
  const opset =
    lowering.opsets.get(operator.domain ?? '') ??
    refuse(`the model does not say which version of ${domain || 'ONNX'} it needs`);
  const lower = lowerOf(operator, opset) ?? refuse(`version ${opset} has no such operator`);
  checkOperands(proto, scope);
  if (proto.inputs.some(input => input !== '' && scope.get(input) === undefined)) return [];
  const operands = proto.inputs.map(input => (input === '' ? undefined : scope.get(input)));
  const node = new Node(proto, opset, operands, surroundings(lowering, scope, reads));
  lowering.draft.hint = proto.name ? { node: proto.name } : undefined;
  const results = lower(node);
  node.finish();
  const all = 'type' in results ? [results] : results;
  const spare = proto.outputs.findIndex((output, at) => output !== '' && at >= all.length);
  if (spare >= 0) refuse(`its result ${spare} is not taken`);
  return all;
}

function checkOperands({ inputs }: NodeProto, scope: Scope): void {
  const unknown = inputs.find(input => input !== '' && !scope.has(input));
  if (unknown !== undefined) refuse(`nothing makes its operand ${unknown}`);
}

/** Functions that call each other are no deeper than this in any model, and one that calls itself has no end. */
const mostDepth = 32;

/** The results of a call of a function that the model brings along. What it reads is what the call gives it. */
function lowerFunction(
  lowering: Lowering,
  called: FunctionProto,
  proto: NodeProto,
  scope: Scope,
): readonly (Value | undefined)[] {
  const { depth = 0, opsets } = lowering;
  if (depth >= mostDepth) refuse('functions call each other too deep');
  checkOperands(proto, scope);
  if (proto.inputs.some(input => input !== '' && scope.get(input) === undefined)) return [];
  const given = called.inputs.flatMap((name, at): [string, Value][] => {
    const value = scope.get(proto.inputs[at] ?? '');
    return value === undefined ? [] : [[name, value]];
  });
  const own = called.opsets.map(
    ({ domain = '', version = 1 }) => [domain === 'ai.onnx' ? '' : domain, version] as const,
  );
  const inner: Lowering = { ...lowering, depth: depth + 1, opsets: new Map([...opsets, ...own]) };
  const lowered = lowerGraph(
    inner,
    withoutMissing(bodyOf(called, proto), new Set(given.map(([name]) => name))),
    new Map(given),
  );
  if (lowered.ok) return lowered.value.results;
  return refuse(`in the function, ${lowered.diagnostics.map(({ message }) => message).join('; ')}`);
}

/** A body in which operands that the call leaves out are left out. */
function withoutMissing(body: GraphProto, given: ReadonlySet<string>): GraphProto {
  const missing = new Set(body.inputs.flatMap(({ name = '' }) => (given.has(name) ? [] : [name])));
  if (missing.size === 0) return body;
  const nodes = body.nodes.map(node => ({
    ...node,
    inputs: node.inputs.map(input => (missing.has(input) ? '' : input)),
  }));
  return { ...body, nodes };
}

function surroundings(lowering: Lowering, scope: Scope, reads: ReadonlyMap<string, number>): Node['around'] {
  const { draft, narrow, read } = lowering;
  return {
    draft,
    tensor: ({ t, name = '' }) => storedTensor(t ?? refuse(`its attribute ${name} is no tensor`), read),
    value: (stored, name) => loaded(stored, narrow, { name }),
    readsOf: name => reads.get(name) ?? 0,
    element: code => {
      const element = elementOf(code);
      if (typeof element !== 'string') return refuse(`it makes ${element.foreign}`);
      return importedElement(element, narrow) ?? refuseType(element);
    },
    graph: (graph, inputs) => {
      const own = graph.inputs.map(({ name = '' }, at): [string, Value] => [
        name,
        inputs[at] ?? refuse('a graph within it has more inputs than it gets'),
      ]);
      const lowered = lowerGraph(lowering, graph, new Map([...scope, ...own]));
      if (lowered.ok) return lowered.value.results;
      return refuse(`of a graph within it, ${lowered.diagnostics.map(({ message }) => message).join('; ')}`);
    },
  };
}

function initial({ read, narrow }: Lowering, tensor: TensorProto): Value {
  return loaded(storedTensor(tensor, read), narrow, { name: tensor.name ?? '' });
}

function describe({ name, opType = '', domain = '', outputs }: NodeProto, opsets: ReadonlyMap<string, number>): string {
  const known = name || outputs.find(output => output !== '') || 'a node';
  const version = opsets.get(domain === 'ai.onnx' ? '' : domain);
  return `${known} (${domain && domain !== 'ai.onnx' ? `${domain}.` : ''}${opType}${version === undefined ? '' : `, opset ${version}`})`;
}

function helpOf(help: string | undefined): { readonly help?: string } {
  return help === undefined ? {} : { help };
}

function bad(message: string): Diagnostic<Code> {
  return { code: 'bad-onnx', severity: 'error', message };
}
