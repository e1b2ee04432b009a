/**
 * A node as its handler sees it. What a handler does not ask for it does not understand: `finish` refuses attributes and operands that nobody has
 * read, so that none is ignored.
 */
import type { StoredTensor } from '@tessera-dnn/formats';
import type { ElementType } from '@tessera-dnn/graph';
import type { Arguments } from '@tessera-dnn/graph/op';
import type { Draft, Operand } from '../draft/draft.ts';
import { numbersOf } from '../draft/numbers.ts';
import { refuse } from '../draft/refusal.ts';
import type { Value, WeightSource } from '../draft/value.ts';
import type { AttributeProto, GraphProto, NodeProto } from '../proto/onnx.ts';

/** What an import knows around a node. */
export interface Surroundings {
  readonly draft: Draft;
  /** The tensor of an attribute. */
  readonly tensor: (attribute: AttributeProto) => StoredTensor;
  /** A tensor as a value, under its name. */
  readonly value: (stored: StoredTensor, name: string) => Value;
  /** How many nodes read a value of the graph. */
  readonly readsOf: (name: string) => number;
  /** The element type that a code of ONNX stands for here, or a refusal. */
  readonly element: (code: number) => ElementType;
  /** The results of a graph within the node, which sees the values around it. `inputs` are the values of its own inputs. */
  readonly graph: (graph: GraphProto, inputs: readonly Value[]) => readonly Value[];
}

/** A node, with the values of its operands; undefined for those that are left out. */
export class Node {
  readonly proto: NodeProto;
  readonly opset: number;
  readonly around: Surroundings;
  readonly #operands: readonly (Value | undefined)[];
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #read = new Set<string | number>();

  constructor(proto: NodeProto, opset: number, operands: readonly (Value | undefined)[], around: Surroundings) {
    this.proto = proto;
    this.opset = opset;
    this.around = around;
    this.#operands = operands;
    this.#attributes = new Map(proto.attributes.map(attribute => [attribute.name ?? '', attribute]));
  }

  /** How many operands stand there, left out ones counted. */
  get count(): number {
    return this.#operands.length;
  }

  /** A call of an operation; see `Draft.call`. */
  call(op: string, operands: readonly Operand[], args?: Arguments): Value {
    return this.around.draft.call(op, operands, args);
  }

  /** A call of a block of the prelude that computes what `same` gives; that itself where no blocks are wanted. */
  block(name: string, operands: readonly Value[], args: Arguments, same: () => Value): Value {
    const value = same();
    const isKnown = value.source.kind === 'constant' || this.around.draft.flat;
    return isKnown
      ? value
      : { type: value.type, source: { kind: 'block', block: name, operands, args, variables: {} } };
  }

  /**
   * The same of a block that has variables: `variables` are operands of the node by the names that the block gives them, which must be weights that nothing
   * else reads.
   */
  layer(
    name: string,
    operands: readonly Value[],
    args: Arguments,
    variables: { readonly [name: string]: number },
    same: () => Value,
  ): Value {
    const value = same();
    const entries = Object.entries(variables).map(([key, at]) => [key, this.#own(at)] as const);
    if (this.around.draft.flat || entries.some(([, own]) => own === undefined)) return value;
    const found = Object.fromEntries(entries) as { readonly [name: string]: WeightSource };
    return { type: value.type, source: { kind: 'block', block: name, operands, args, variables: found } };
  }

  /** The weights that an operand is, if nothing else reads them. */
  #own(at: number): WeightSource | undefined {
    const source = this.#operands[at]?.source;
    return source?.kind === 'weight' && this.around.readsOf(this.proto.inputs[at]) === 1 ? source : undefined;
  }

  /** A constant; see `Draft.constant`. */
  constant(element: ElementType, shape: readonly number[], data: number | ArrayLike<number>): Value {
    return this.around.draft.constant(element, shape, data);
  }

  /** Whether the node's result `at` is asked for. */
  wants(at: number): boolean {
    return (this.proto.outputs[at] ?? '') !== '';
  }

  // ------------------------------------------------------------------------------------------------------------ operands

  operand(at: number): Value {
    return this.optional(at) ?? refuse(`its operand ${at} is missing`);
  }

  optional(at: number): Value | undefined {
    this.#read.add(at);
    return this.#operands[at];
  }

  /** All operands, of which none may be left out. */
  operands(): readonly Value[] {
    return this.#operands.map((_, at) => this.operand(at));
  }

  /** The numbers of an operand that must be known beforehand. */
  numbers(at: number): readonly number[] {
    return [...this.known(at)];
  }

  optionalNumbers(at: number): readonly number[] | undefined {
    return this.optional(at) === undefined ? undefined : this.numbers(at);
  }

  /** The elements of an operand that must be known beforehand, in row-major order. */
  known(at: number): Float64Array {
    const help = 'if it comes from an input, make that a constant: --const input=value';
    return (
      numbersOf(this.operand(at)) ??
      refuse(`its operand ${at} is computed only when the model runs, and what it says must be known before`, help)
    );
  }

  // ---------------------------------------------------------------------------------------------------------- attributes

  #attribute(name: string): AttributeProto | undefined {
    this.#read.add(name);
    const found = this.#attributes.get(name);
    if (found?.reference) refuse(`its attribute ${name} stands for one of a function`);
    return found;
  }

  /** Whether the node has the attribute. */
  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  int(name: string, otherwise: number): number {
    const value = this.#attribute(name)?.i ?? otherwise;
    return Number.isSafeInteger(value) ? value : refuse(`its attribute ${name} is ${value}`);
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.int(name, otherwise ? 1 : 0) !== 0;
  }

  float(name: string, otherwise: number): number {
    return this.#attribute(name)?.f ?? otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attribute(name)?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name)?.floats;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.#attribute(name)?.s;
    return bytes === undefined ? otherwise : new TextDecoder().decode(bytes);
  }

  texts(name: string): readonly string[] | undefined {
    return this.#attribute(name)?.strings.map(bytes => new TextDecoder().decode(bytes));
  }

  tensor(name: string): StoredTensor | undefined {
    const attribute = this.#attribute(name);
    return attribute && this.around.tensor(attribute);
  }

  graph(name: string): GraphProto {
    return this.#attribute(name)?.g ?? refuse(`it has no graph ${name}`);
  }

  /** Says that attributes, or operands by their places, change nothing here, whatever they are. */
  ignore(...names: readonly (string | number)[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Refuses what has not been asked for. */
  finish(): void {
    const attribute = [...this.#attributes.keys()].find(name => !this.#read.has(name));
    if (attribute !== undefined) refuse(`it has an attribute ${attribute}, which is not understood`);
    const operand = this.#operands.findIndex((value, at) => value !== undefined && !this.#read.has(at));
    if (operand >= 0) refuse(`it has an operand ${operand}, which is not understood`);
  }
}
