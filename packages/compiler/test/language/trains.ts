/** Runs the elaborated graph of a train step by step, with gradients that the test supplies. */
import {
  type Graph,
  interpret,
  type Module,
  type NamedValue,
  type Node,
  type Program,
  type ValueId,
  type VariableId,
} from '@tessera-dnn/graph';
import type { Tensor } from '@tessera-dnn/graph/op';
import { elaborate, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';

export type Numbers = readonly number[];
export type Given = Readonly<Record<string, Numbers>>;

/** The module of a text without mistakes, its trains included. */
export function trained(text: string): Module {
  const { file, diagnostics } = parse({ name: 'train.dnn', text });
  const outcome = elaborate(file, { table: ops });
  const messages = [...diagnostics, ...outcome.diagnostics].map(({ message }) => message);
  if (!outcome.ok || messages.length > 0) throw new Error(messages.join('; '));
  return outcome.value;
}

/** Every `gradient` node becomes an input called `d` and the path of its param. */
export function withGivenGradients(program: Program): Graph {
  const { graph } = program;
  const found: NamedValue[] = [];
  const nodes = graph.nodes.map((node, id): Node => {
    if (node.kind !== 'gradient') return node;
    const name = `d ${node.origin.path}`;
    found.push({ name, value: id as ValueId });
    return { ...node, kind: 'input', op: 'input', operands: [], attributes: { name } };
  });
  return { ...graph, nodes, inputs: [...graph.inputs, ...found] };
}

/** The variables of a module between the runs of a graph. */
export class Run {
  readonly #graph: Graph;
  readonly #paths: readonly string[];
  readonly #values: (Float64Array | undefined)[];

  /** Variables that `start` lacks begin with their own constant. */
  constructor(module: Module, graph: Graph, start: Given) {
    this.#graph = graph;
    this.#paths = module.variables.map(({ path }) => path);
    this.#values = module.variables.map(({ path, type, initialiser }) => {
      const count = type.shape.reduce((all, extent) => all * extent, 1);
      const first = initialiser.kind === 'constant' ? initialiser.value : Number.NaN;
      return Float64Array.from(start[path] ?? new Array<number>(count).fill(first));
    });
  }

  /** One run; all updates take effect at its end. */
  step(inputs: Given): Readonly<Record<string, Tensor>> {
    const data = Object.fromEntries(Object.entries(inputs).map(([name, list]) => [name, Float64Array.from(list)]));
    const { outputs, updates } = interpret(this.#graph, ops, data, this.#values);
    for (const [variable, { data: value }] of updates) this.#values[variable] = value;
    return outputs;
  }

  /** The value of a variable. */
  at(path: string): Numbers {
    const value = this.#values[this.#paths.indexOf(path) as VariableId];
    if (value === undefined) throw new Error(`no variable ${path} among ${this.#paths.join(', ')}`);
    return [...value];
  }
}
