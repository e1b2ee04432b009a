/**
 * Nodes of ONNX for those of TensorFlow Lite. Feature maps have their channels last there, and first in ONNX: a tensor is kept in the order in which it was
 * computed, and in the other one once something asks for it, so that a chain of convolutions is transposed at its ends only.
 */
import { gathered } from '@tessera-dnn/formats';
import { refuse } from '../draft/refusal.ts';
import { product } from '../lower/axes.ts';
import type { NodeProto, TensorProto } from '../proto/onnx.ts';
import { type Attributes, nodeMessage, tensorMessage } from './messages.ts';
import type { LiteModel, LiteTensor } from './model.ts';

/** How feature maps lie: `[n, h, w, c]` or `[n, c, h, w]`. */
export type Order = 'last' | 'first';

/** ONNX's codes of element types, by those of `TensorType`. */
const elementCodes: { readonly [type: number]: number | undefined } = {
  ...{ 0: 1, 1: 10, 2: 6, 3: 2, 4: 7, 6: 9, 7: 5, 9: 3, 10: 11 },
};

const [uint8, int8, int32] = [3, 9, 2];
const [int16, int64] = [7, 4];

/** ONNX's code of a tensor's elements, or a refusal. */
export function elementCode({ type, name }: LiteTensor): number {
  return elementCodes[type] ?? refuse(`tensor ${name} has elements of type ${type}`);
}

/** Whether the tensor's numbers stand for others by a scale. */
export function isLevels({ type, scales }: LiteTensor): boolean {
  return scales.length > 0 && (type === uint8 || type === int8 || type === int32);
}

/** Whether the tensor's numbers stand for others by a scale, and have more bits than ONNX's operators take: their scale would be left out. */
export function isWideLevels({ type, scales }: LiteTensor): boolean {
  return scales.length > 0 && (type === int16 || type === int64);
}

/** A graph of ONNX under construction, with what is known of the model's tensors. */
export class Building {
  readonly nodes: NodeProto[] = [];
  readonly tensors: TensorProto[] = [];
  readonly model: LiteModel;
  readonly #known = new Map<string, string>();
  /** Names that are given. Those of tensors need not differ in a file. */
  readonly #taken: Set<string>;
  readonly #replaced = new Map<number, LiteTensor>();
  #count = 0;

  constructor(model: LiteModel) {
    this.model = model;
    this.#taken = new Set([...model.inputs, ...model.outputs].map(at => this.tensor(at).name));
  }

  tensor(at: number): LiteTensor {
    return this.#replaced.get(at) ?? this.model.tensors[at] ?? refuse('an operand is missing');
  }

  /** The shape of a tensor that must have so many axes. */
  shape(at: number, rank: number): readonly number[] {
    const { name, shape } = this.tensor(at);
    return shape.length === rank ? shape : refuse(`${name} is [${shape.join(', ')}], and should have ${rank} axes`);
  }

  /** Another form of a tensor: a constant in place of what is computed of constants only. */
  replace(at: number, tensor: LiteTensor): void {
    this.#replaced.set(at, tensor);
  }

  isConstant(at: number): boolean {
    return this.tensor(at).data.length > 0;
  }

  /** Says under which name the model has the numbers of tensor `at` in an order. */
  define(at: number, order: Order, name: string): void {
    this.#known.set(`${at} ${order}`, name);
  }

  /** Whether the tensor lies in this order already. */
  lies(at: number, order: Order): boolean {
    return this.#known.has(`${at} ${order}`);
  }

  /** Adds a node, and gives the name of its result. */
  emit(op: string, inputs: readonly string[], attributes: Attributes = {}, name = this.fresh(op)): string {
    this.nodes.push(nodeMessage(op, inputs, name, attributes));
    return name;
  }

  /** A name that nothing else has. */
  fresh(what: string): string {
    let name: string;
    do name = `${what} ${this.#count++}`;
    while (this.#taken.has(name));
    this.#taken.add(name);
    return name;
  }

  /** The numbers of tensor `at`: of levels those that they stand for. */
  value(at: number, order: Order = 'last'): string {
    const known = this.#known.get(`${at} ${order}`);
    if (known !== undefined) return known;
    const other = this.#known.get(`${at} ${order === 'last' ? 'first' : 'last'}`);
    const name =
      other === undefined
        ? this.constant(at, order === 'first' ? toFirst : undefined)
        : this.emit('Transpose', [other], { perm: order === 'first' ? toFirst : toLast });
    this.define(at, order, name);
    return name;
  }

  /** The numbers of a constant with its axes in another order, or in another shape. */
  constant(at: number, axes?: readonly number[], shape?: readonly number[]): string {
    const tensor = this.tensor(at);
    const code = elementCode(tensor);
    const size = tensor.data.length / Math.max(1, product(tensor.shape));
    if (!this.isConstant(at)) refuse(`tensor ${tensor.name} is read before it is computed`);
    if (!Number.isInteger(size) || size > 8)
      refuse(`tensor ${tensor.name} has ${tensor.data.length} bytes, and the shape [${tensor.shape.join(', ')}]`);
    const data = axes === undefined ? tensor.data : permuted(tensor.data, size, tensor.shape, axes);
    const dims = shape ?? (axes === undefined ? tensor.shape : axes.map(axis => tensor.shape[axis]));
    // What is read in two forms has its own name in one of them.
    const isTaken = this.#taken.has(tensor.name) || tensor.name === '';
    const name = isTaken ? this.fresh(tensor.name || 'constant') : tensor.name;
    this.#taken.add(name);
    this.tensors.push(tensorMessage(name, code, dims, data));
    if (!isLevels(tensor)) return name;
    const axis = axes === undefined ? tensor.axis : axes.indexOf(tensor.axis);
    return this.dequantized(name, tensor, Math.max(0, axis));
  }

  dequantized(name: string, tensor: LiteTensor, axis = 0): string {
    return this.emit('DequantizeLinear', [name, ...this.quantities(tensor)], { axis });
  }

  /** Scale and zero point of a tensor of levels. */
  quantities(tensor: LiteTensor): readonly [scale: string, zero: string] {
    const { scales, zeros, type } = tensor;
    const shape = scales.length === 1 ? [] : [scales.length];
    const points = scales.map((_, i) => zeros[i] ?? zeros[0] ?? 0);
    const array = type === int32 ? Int32Array.from(points) : Int8Array.from(points);
    const [scale, zero] = [this.fresh('scale'), this.fresh('zero')];
    this.tensors.push(tensorMessage(scale, 1, shape, new Uint8Array(Float32Array.from(scales).buffer)));
    this.tensors.push(tensorMessage(zero, elementCode(tensor), shape, new Uint8Array(array.buffer)));
    return [scale, zero];
  }

  /** Whole numbers of 64 bits. */
  integers(values: readonly number[]): string {
    const name = this.fresh('integers');
    this.tensors.push(
      tensorMessage(name, 7, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
    );
    return name;
  }

  floats(values: readonly number[], shape: readonly number[] = []): string {
    const name = this.fresh('number');
    this.tensors.push(tensorMessage(name, 1, shape, new Uint8Array(Float32Array.from(values).buffer)));
    return name;
  }

  /** The whole numbers that a constant operand says. */
  known(at: number): readonly number[] {
    const { data, type, name } = this.tensor(at);
    if (data.length === 0)
      refuse(`${name} is computed only when the model runs, and what it says must be known before`);
    if (type !== int32 && type !== 4) refuse(`${name} has no whole numbers`);
    const copy = new Uint8Array(data).buffer;
    return type === int32 ? [...new Int32Array(copy)] : [...new BigInt64Array(copy)].map(Number);
  }
}

/** From `[n, h, w, c]` to `[n, c, h, w]`, and back. */
export const [toFirst, toLast] = [
  [0, 3, 1, 2],
  [0, 2, 3, 1],
];

function permuted(data: Uint8Array, size: number, shape: readonly number[], axes: readonly number[]): Uint8Array {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  return gathered(
    data,
    size,
    axes.map(axis => shape[axis]),
    axes.map(axis => strides[axis]),
  );
}
