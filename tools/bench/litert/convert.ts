/**
 * Turns a graph of ONNX into one of TensorFlow Lite, as converters do: images are channels-last, weights lie as its kernels want them, and
 * activations are part of the operators before them.
 */
import { foldNorms } from '../onnx/fold.ts';
import type { GraphContent, Initializer, OnnxNode, Tensor } from '../onnx/graph.ts';
import { size } from '../onnx/layers.ts';
import { floatsOf } from '../onnx/quantize.ts';
import {
  type Activation,
  activations,
  type LiteGraph,
  type LiteNode,
  type LiteTensor,
  type Option,
  type Padding,
  paddings,
} from './schema.ts';

/** What a network has that this benchmark does not write for TensorFlow Lite. */
export class Unconvertible extends Error {}

/** The graph, and whether its output is an image whose channels come last. */
export function convert(
  content: GraphContent,
  inputs: readonly Tensor[],
  output: Tensor,
): { readonly graph: LiteGraph; readonly channelsLast: boolean } {
  const conversion = new Conversion(foldNorms(content), inputs);
  return conversion.convert(output);
}

/** A value of the graph: its number here, and the shape that it has in ONNX. */
interface Value {
  readonly tensor: number;
  readonly shape: readonly number[];
}

class Conversion {
  readonly #nodes: readonly OnnxNode[];
  readonly #initializers: ReadonlyMap<string, Initializer>;
  readonly #values = new Map<string, Value>();
  readonly #tensors: LiteTensor[] = [];
  readonly #lite: LiteNode[] = [];
  readonly #inputs: readonly number[];

  constructor({ nodes, initializers }: GraphContent, inputs: readonly Tensor[]) {
    this.#nodes = nodes;
    this.#initializers = initializers;
    this.#inputs = inputs.map(({ name, shape }) => this.#add(name, shape));
  }

  convert(output: Tensor): { readonly graph: LiteGraph; readonly channelsLast: boolean } {
    const fused = new Set<OnnxNode>();
    for (const node of this.#nodes) {
      if (fused.has(node)) continue;
      const next = this.#nodes.filter(({ inputs }) => inputs.includes(node.outputs[0]));
      const activation = next.length === 1 ? activationOf(next[0]) : 'none';
      const last = activation === 'none' ? node : next[0];
      fused.add(last);
      this.#node(node, last.outputs[0], activation);
    }
    const { tensor, shape } = this.#valueOf(output.name);
    const graph = { tensors: this.#tensors, nodes: this.#lite, inputs: this.#inputs, outputs: [tensor] };
    return { graph, channelsLast: shape.length === 4 };
  }

  #node(node: OnnxNode, result: string, activation: Activation): void {
    const act = { byte: activations[activation] };
    const convert: { readonly [opType: string]: () => void } = {
      Conv: () => this.#conv(node, result, act),
      Gemm: () => this.#product(node, result, act),
      MatMul: () => this.#product(node, result, act),
      MaxPool: () => this.#maxPool(node, result, act),
      GlobalAveragePool: () => this.#mean(node, result),
      Flatten: () => this.#flatten(node, result),
      Softmax: () => this.#softmax(node, result),
      Add: () => this.#sum(node, result, act),
    };
    const known = convert[node.opType];
    if (!known) throw new Unconvertible(node.opType);
    known();
  }

  #maxPool(node: OnnxNode, result: string, act: Option): void {
    const x = this.#valueOf(node.inputs[0]);
    const window = windowOf(node);
    // What is pooled here comes from a relu: to pad with zeros is as good as with minus infinity.
    const { operand, padding } = this.#padded(x, window);
    const [height, width] = window.kernel;
    this.#emit('maxPool', [operand], result, pooled(x.shape, window, x.shape[1]), {
      0: { byte: paddings[padding] },
      1: { int: window.stride },
      2: { int: window.stride },
      3: { int: width },
      4: { int: height },
      5: act,
    });
  }

  #mean(node: OnnxNode, result: string): void {
    const x = this.#valueOf(node.inputs[0]);
    const axes = this.#constant('axes', [2], Int32Array.of(1, 2));
    this.#emit('mean', [x.tensor, axes], result, [...x.shape.slice(0, 2), 1, 1], { 0: { bool: true } });
  }

  #flatten(node: OnnxNode, result: string): void {
    const x = this.#valueOf(node.inputs[0]);
    const shape = [x.shape[0], size(x.shape.slice(1))];
    const extents = this.#constant('shape', [2], Int32Array.from(shape));
    this.#emit('reshape', [x.tensor, extents], result, shape);
  }

  #softmax(node: OnnxNode, result: string): void {
    const x = this.#valueOf(node.inputs[0]);
    this.#emit('softmax', [x.tensor], result, x.shape, { 0: { float: 1 } });
  }

  #sum(node: OnnxNode, result: string, act: Option): void {
    const [a, b] = node.inputs.map(name => this.#valueOf(name));
    this.#emit('add', [a.tensor, b.tensor], result, a.shape, { 0: act });
  }

  #conv(node: OnnxNode, result: string, act: Option): void {
    const x = this.#valueOf(node.inputs[0]);
    const window = windowOf(node);
    const weight = this.#numbers(node.inputs[1]);
    const [channels, inner, height, width] = weight.shape;
    const isDepthwise = integer(node, 'group', 1) > 1;
    if (isDepthwise && inner !== 1) throw new Unconvertible('a convolution in groups');
    const { operand, padding } = this.#padded(x, window);
    const packed = isDepthwise
      ? this.#constant(node.inputs[1], [1, height, width, channels], permute(weight, [1, 2, 3, 0]))
      : this.#constant(node.inputs[1], [channels, height, width, inner], permute(weight, [0, 2, 3, 1]));
    const strides = { 0: { byte: paddings[padding] }, 1: { int: window.stride }, 2: { int: window.stride } };
    const rest: LiteNode['options'] = isDepthwise
      ? { 3: { int: 1 }, 4: act, 5: { int: 1 }, 6: { int: 1 } }
      : { 3: act, 4: { int: 1 }, 5: { int: 1 } };
    const operands = [operand, packed, this.#bias(node.inputs[2], channels)];
    const shape = pooled(x.shape, window, channels);
    this.#emit(isDepthwise ? 'depthwise' : 'conv', operands, result, shape, { ...strides, ...rest });
  }

  /** The right operand is a weight: `[units, inputs]` in a Gemm, `[inputs, units]` in a MatMul. */
  #product(node: OnnxNode, result: string, act: Option): void {
    const x = this.#valueOf(node.inputs[0]);
    if (x.shape.length !== 2 || !this.#initializers.has(node.inputs[1])) throw new Unconvertible(node.opType);
    const weight = this.#numbers(node.inputs[1]);
    const isTurned = node.opType === 'MatMul';
    const [units, inputs] = isTurned ? [weight.shape[1], weight.shape[0]] : weight.shape;
    const data = isTurned ? permute(weight, [1, 0]) : this.#asFlattened(node, weight, units);
    const packed = this.#constant(node.inputs[1], [units, inputs], data);
    const operands = [x.tensor, packed, this.#bias(node.inputs[2], units)];
    this.#emit('fullyConnected', operands, result, [x.shape[0], units], { 0: act });
  }

  /** Behind an image that was flattened with its channels last, the columns are in that order too. */
  #asFlattened(node: OnnxNode, weight: Numbers, units: number): Float32Array {
    const flatten = this.#nodes.find(({ opType, outputs }) => opType === 'Flatten' && outputs[0] === node.inputs[0]);
    if (!flatten) return weight.data;
    const [, channels, height, width] = this.#valueOf(flatten.inputs[0]).shape;
    return permute({ shape: [units, channels, height, width], data: weight.data }, [0, 2, 3, 1]);
  }

  #bias(name: string | undefined, units: number): number {
    const data = name === undefined ? new Float32Array(units) : this.#numbers(name).data;
    return this.#constant(name ?? 'no bias', [units], data);
  }

  /** TensorFlow Lite pads by itself only where that makes as many windows as there are strides. */
  #padded(
    { tensor, shape }: Value,
    { kernel, stride, pads }: Window,
  ): { readonly operand: number; readonly padding: Padding } {
    if (pads.every(pad => pad === 0)) return { operand: tensor, padding: 'valid' };
    const isSame = kernel.every((extent, axis) => {
      const length = shape[2 + axis];
      const all = Math.max(0, (Math.ceil(length / stride) - 1) * stride + extent - length);
      return pads[axis] === all >> 1 && pads[axis + 2] === all - (all >> 1);
    });
    if (isSame) return { operand: tensor, padding: 'same' };
    const [top, left, bottom, right] = pads;
    const amounts = this.#constant('pads', [4, 2], Int32Array.of(0, 0, top, bottom, left, right, 0, 0));
    const [n, c, height, width] = shape;
    const padded = this.#add('padded', [n, c, height + top + bottom, width + left + right]);
    this.#lite.push({ operator: 'pad', inputs: [tensor, amounts], output: padded });
    return { operand: padded, padding: 'valid' };
  }

  #emit(
    operator: LiteNode['operator'],
    inputs: readonly number[],
    result: string,
    shape: readonly number[],
    options: LiteNode['options'] = {},
  ): void {
    this.#lite.push({ operator, inputs, output: this.#add(result, shape), options });
  }

  #add(name: string, shape: readonly number[]): number {
    const tensor = this.#tensors.length;
    const last = shape.length === 4 ? [shape[0], shape[2], shape[3], shape[1]] : shape;
    this.#tensors.push({ name, shape: last });
    this.#values.set(name, { tensor, shape });
    return tensor;
  }

  #constant(name: string, shape: readonly number[], data: Float32Array | Int32Array): number {
    this.#tensors.push({ name, shape, data });
    return this.#tensors.length - 1;
  }

  #valueOf(name: string): Value {
    const value = this.#values.get(name);
    if (!value) throw new Unconvertible(`${name} is no result`);
    return value;
  }

  #numbers(name: string): Numbers {
    const found = this.#initializers.get(name);
    if (!found) throw new Unconvertible(`${name} is no weight`);
    return { shape: found.dims, data: floatsOf(found) };
  }
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Window {
  readonly kernel: readonly number[];
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
}

function windowOf(node: OnnxNode): Window {
  const [stride] = list(node, 'strides') ?? [1];
  return { kernel: list(node, 'kernel_shape') ?? [], stride, pads: list(node, 'pads') ?? [0, 0, 0, 0] };
}

function pooled(shape: readonly number[], { kernel, stride, pads }: Window, channels: number): readonly number[] {
  const extents = kernel.map((extent, axis) =>
    Math.floor((shape[2 + axis] + pads[axis] + pads[axis + 2] - extent) / stride + 1),
  );
  return [shape[0], channels, ...extents];
}

function activationOf({ opType }: OnnxNode): Activation {
  if (opType === 'Relu') return 'relu';
  return opType === 'Clip' ? 'relu6' : 'none';
}

/** Attributes are written already when a converter sees them. */
function attribute(node: OnnxNode, name: string): { readonly i?: number; readonly ints?: readonly number[] } {
  return node.attributes.find(each => (each as { readonly name: string }).name === name) ?? {};
}

function integer(node: OnnxNode, name: string, fallback: number): number {
  return attribute(node, name).i ?? fallback;
}

function list(node: OnnxNode, name: string): readonly number[] | undefined {
  return attribute(node, name).ints;
}

/** The numbers with the axes in another order. */
export function permute({ shape, data }: Numbers, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => size(shape.slice(axis + 1)));
  const result = new Float32Array(data.length);
  let at = 0;
  const walk = (axis: number, from: number): void => {
    const along = order[axis];
    for (let i = 0; i < shape[along]; i++) {
      if (axis + 1 < order.length) walk(axis + 1, from + i * strides[along]);
      else result[at++] = data[from + i * strides[along]];
    }
  };
  walk(0, 0);
  return result;
}
