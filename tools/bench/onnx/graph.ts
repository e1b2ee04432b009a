/** An ONNX graph under construction: nodes in order, with known shapes, and weights by their path. It also counts multiply-adds. */
import { attributeTypes, elementCodes, encodeModel, type OnnxElement } from './proto.ts';

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Weights = ReadonlyMap<string, Weight>;
type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Declared {
  readonly name: string;
  readonly type: object;
}

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly object[];
}

/** Numbers that are part of a model. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

/** What is in a graph, nodes in the order in which they run. */
export interface GraphContent {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  readonly inputs: readonly Declared[];
}

type Numbers = Float32Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;

export class OnnxGraph {
  /** The multiply-adds of contractions; those of other operators are not counted. */
  multiplyAdds = 0;
  readonly #weights: Weights;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #inputs: Declared[] = [];
  readonly #declared: Tensor[] = [];

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  input(name: string, shape: readonly number[], element: OnnxElement = 'f32'): Tensor {
    this.#inputs.push(declare(name, shape, element));
    this.#declared.push({ name, shape });
    return { name, shape };
  }

  /** All inputs. */
  declared(): readonly Tensor[] {
    return this.#declared;
  }

  /** The weight called `path`. */
  weight(path: string): Tensor {
    const { shape, data } = this.numbers(path);
    return this.constant(path, shape, data);
  }

  /** The weight's numbers, for a graph that holds them in another order. */
  numbers(path: string): Weight {
    const weight = this.#weights.get(path);
    if (!weight) throw new Error(`there is no weight ${path}`);
    return weight;
  }

  /** Adds numbers that are part of the model. */
  constant(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): Tensor {
    this.#initializers.set(name, initializer(name, shape, data));
    return { name, shape };
  }

  /** Adds a node and returns its result, which has the given shape and is the operator's first output, or the one at `place`. */
  node(
    opType: string,
    inputs: readonly Tensor[],
    shape: readonly number[],
    attributes: { readonly [name: string]: Attribute } = {},
    place = 0,
  ): Tensor {
    const name = `t${this.#nodes.length}`;
    this.#nodes.push({
      opType,
      inputs: inputs.map(input => input.name),
      outputs: [...Array.from({ length: place }, () => ''), name],
      attributes: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
    });
    return { name, shape };
  }

  /** The bytes of the model's file, with these outputs in this order. */
  encode(outputs: readonly Tensor[]): Uint8Array {
    return encodeGraph(this.content(), outputs);
  }

  content(): GraphContent {
    return { nodes: this.#nodes, initializers: this.#initializers, inputs: this.#inputs };
  }
}

/** The bytes of a model's file, with these outputs in this order. A shape may be left out. */
export function encodeGraph(
  { nodes, initializers, inputs }: GraphContent,
  outputs: readonly { readonly name: string; readonly shape?: readonly number[] }[],
): Uint8Array {
  const graph = {
    name: 'graph',
    nodes,
    initializers: [...initializers.values()],
    inputs,
    outputs: outputs.map(({ name, shape }) => declare(name, shape, 'f32')),
  };
  return encodeModel({ irVersion: 8, producerName: 'tessera', opsets: [{ domain: '', version: 17 }], graph });
}

export function initializer(name: string, dims: readonly number[], data: Numbers): Initializer {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims, dataType: codeOf(data), rawData };
}

function codeOf(data: Numbers): number {
  if (data instanceof Float32Array) return elementCodes.f32;
  if (data instanceof Int32Array) return elementCodes.i32;
  if (data instanceof BigInt64Array) return elementCodes.i64;
  return data instanceof Int8Array ? elementCodes.i8 : elementCodes.u8;
}

function declare(name: string, shape: readonly number[] | undefined, element: OnnxElement): Declared {
  const dims = shape?.map(dimValue => ({ dimValue }));
  return { name, type: { tensorType: { elemType: elementCodes[element], ...(dims && { shape: { dims } }) } } };
}

export function encodeAttribute(name: string, value: Attribute): object {
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: attributeTypes.s };
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.i };
  if ('float' in value) return { name, f: value.float, type: attributeTypes.f };
  return { name, ints: value, type: attributeTypes.ints };
}
