/** A model of ONNX under construction: nodes in the order in which they run, and the tensors that they read, under names that are all different. */
import { type StoredElement, type StoredTensor, storedTensor } from '@tessera-dnn/formats';
import type { TensorType } from '@tessera-dnn/graph';
import { type ElementValues, valueArrays } from '@tessera-dnn/machine';

/** Whole numbers, lists of them, texts, and floats. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface SketchNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: { readonly [name: string]: Attribute };
}

/** An input or an output of the model. */
export interface Declared {
  readonly name: string;
  readonly type: TensorType;
}

/** What a sketch comes to. */
export interface SketchedModel {
  readonly name: string;
  readonly nodes: readonly SketchNode[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly inputs: readonly Declared[];
  readonly outputs: readonly Declared[];
}

/** Constants of so many elements are looked up, so that a shape that many nodes read stands there once. */
const mostShared = 64;

/** Collects nodes and tensors; equal nodes, and equal small constants, are one. */
export class Sketch {
  readonly #nodes: SketchNode[] = [];
  readonly #tensors = new Map<string, StoredTensor>();
  readonly #taken: Set<string>;
  readonly #shared = new Map<string, string>();
  readonly #computed = new Map<string, string>();

  /** `reserved` are names that nothing else may get: those of inputs and outputs. */
  constructor(reserved: Iterable<string>) {
    this.#taken = new Set(reserved);
  }

  /**
   * Adds a node with one result, and gives the name of that; no second one that would compute the same. `at` are the labels around it: `layer1.conv1`.
   */
  node(at: string, op: string, inputs: readonly string[], attributes: SketchNode['attributes'] = {}): string {
    const key = JSON.stringify([op, inputs, attributes]);
    const known = this.#computed.get(key);
    if (known !== undefined) return known;
    const name = this.#unused(at === '' ? op : `${at}/${op}`);
    this.#nodes.push({ name, op, inputs, output: name, attributes });
    this.#computed.set(key, name);
    return name;
  }

  /** Adds a tensor under this name, or one near it if that is taken. */
  tensor(name: string, tensor: StoredTensor): string {
    const own = this.#unused(name);
    this.#tensors.set(own, tensor);
    return own;
  }

  /** A tensor of these numbers, under a name of its own. */
  constant(type: TensorType, values: ArrayLike<number>): string {
    return this.#sharedTensor(tensorOf(type, values));
  }

  /** The tensor of a variable. */
  variable(path: string, type: TensorType, values: ArrayLike<number>): string {
    return this.tensor(path, tensorOf(type, values));
  }

  /** Whole numbers of 64 bits, in which ONNX says shapes and axes. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#sharedTensor({ element: 'i64', shape, data: BigInt64Array.from(values, BigInt) });
  }

  /** Gives the result `from` of a node the name `to`, which was reserved. False if it is no result of a node, or has such a name already. */
  rename(from: string, to: string): boolean {
    const at = this.#nodes.findIndex(({ name, output }) => output === from && output === name);
    if (at === -1) return false;
    const replaced = (name: string) => (name === from ? to : name);
    for (const [i, node] of this.#nodes.entries()) {
      if (i >= at && (i === at || node.inputs.includes(from))) {
        this.#nodes[i] = { ...node, inputs: node.inputs.map(replaced), output: replaced(node.output) };
      }
    }
    return true;
  }

  /** Adds a node whose result has a name that was reserved. */
  identity(from: string, to: string): void {
    this.#nodes.push({ name: this.#unused('Identity'), op: 'Identity', inputs: [from], output: to, attributes: {} });
  }

  /** The model, without tensors that no node reads. */
  finished(name: string, inputs: readonly Declared[], outputs: readonly Declared[]): SketchedModel {
    const read = new Set(this.#nodes.flatMap(node => node.inputs));
    const tensors = new Map([...this.#tensors].filter(([name]) => read.has(name)));
    return { name, nodes: this.#nodes, tensors, inputs, outputs };
  }

  #sharedTensor(tensor: StoredTensor): string {
    const { element, shape, data } = tensor;
    const name = nameOf(element, shape);
    if (data.length > mostShared) return this.tensor(name, tensor);
    // The bytes, since -0 is 0 as text.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = `${name} ${bytes.join()}`;
    const known = this.#shared.get(key) ?? this.tensor(name, tensor);
    this.#shared.set(key, known);
    return known;
  }

  #unused(name: string): string {
    let own = name;
    for (let count = 1; this.#taken.has(own); count++) own = `${name}_${count}`;
    this.#taken.add(own);
    return own;
  }
}

function tensorOf({ element, shape }: TensorType, values: ArrayLike<number>): StoredTensor {
  const array = valueArrays[element];
  // Weights are of the right type mostly, and a copy of them, element by element, would take most of an export's time.
  return storedTensor(element, shape, (values instanceof array ? values : array.from(values)) as ElementValues);
}

function nameOf(element: StoredElement, shape: readonly number[]): string {
  return `constant_${element}${shape.map(extent => `_${extent}`).join('')}`;
}
