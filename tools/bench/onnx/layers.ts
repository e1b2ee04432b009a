/** Layers of ONNX graphs, with the parameter names of Tessera's prelude (which are PyTorch's). */
import type { OnnxGraph, Tensor } from './graph.ts';

export interface ConvOptions {
  /** The stride along rows and columns. Default 1. */
  readonly stride?: number;
  /** The padding of all sides, or `[top, left, bottom, right]`. Default 0. */
  readonly padding?: number | readonly number[];
  /** Default 1. */
  readonly groups?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** `x` is `[n, c, h, w]`; the weight `path.weight` says how many channels come out. */
export function conv(g: OnnxGraph, x: Tensor, path: string, options: ConvOptions = {}): Tensor {
  const { stride = 1, groups = 1, bias = true } = options;
  const weight = g.weight(`${path}.weight`);
  const [channels, , ...kernel] = weight.shape;
  const pads = fourPads(options.padding ?? 0);
  const shape = [x.shape[0], channels, ...windows(x, kernel, stride, pads)];
  g.multiplyAdds += (size(shape) * size(weight.shape)) / channels;
  const operands = bias ? [x, weight, g.weight(`${path}.bias`)] : [x, weight];
  return g.node('Conv', operands, shape, {
    kernel_shape: kernel,
    strides: [stride, stride],
    pads,
    group: groups,
  });
}

export function batchNorm(g: OnnxGraph, x: Tensor, path: string): Tensor {
  const parts = ['weight', 'bias', 'running_mean', 'running_var'].map(part => g.weight(`${path}.${part}`));
  return g.node('BatchNormalization', [x, ...parts], x.shape, { epsilon: { float: 1e-5 } });
}

export function relu(g: OnnxGraph, x: Tensor): Tensor {
  return g.node('Relu', [x], x.shape);
}

/** Limits values to 0 to 6. */
export function relu6(g: OnnxGraph, x: Tensor): Tensor {
  const bound = (value: number) => g.constant(`bound${value}`, [], Float32Array.of(value));
  return g.node('Clip', [x, bound(0), bound(6)], x.shape);
}

/** NumPy's broadcasting is ONNX's; here the first operand has the shape of the result. */
export function binary(g: OnnxGraph, opType: 'Add' | 'Mul' | 'Sub', a: Tensor, b: Tensor): Tensor {
  return g.node(opType, [a, b], a.shape);
}

export function maxPool(g: OnnxGraph, x: Tensor, kernel: number, stride = kernel, padding = 0): Tensor {
  const pads = fourPads(padding);
  const shape = [...x.shape.slice(0, 2), ...windows(x, [kernel, kernel], stride, pads)];
  return g.node('MaxPool', [x], shape, { kernel_shape: [kernel, kernel], strides: [stride, stride], pads });
}

/** `[n, c, h, w]` to `[n, c]`. */
export function globalAveragePool(g: OnnxGraph, x: Tensor): Tensor {
  const [n, c] = x.shape;
  return flatten(g, g.node('GlobalAveragePool', [x], [n, c, 1, 1]));
}

/** Joins all axes except axis 0. */
export function flatten(g: OnnxGraph, x: Tensor): Tensor {
  return g.node('Flatten', [x], [x.shape[0], size(x.shape.slice(1))], { axis: 1 });
}

/** On `[n, inputs]`, with the weight `[units, inputs]`. */
export function dense(g: OnnxGraph, x: Tensor, path: string, bias = true): Tensor {
  return affine(g, x, `${path}.weight`, bias ? `${path}.bias` : undefined);
}

/** {@link dense}, by the full paths of its parameters. */
export function affine(g: OnnxGraph, x: Tensor, weightPath: string, biasPath?: string): Tensor {
  const weight = g.weight(weightPath);
  const operands = biasPath === undefined ? [x, weight] : [x, weight, g.weight(biasPath)];
  g.multiplyAdds += x.shape[0] * size(weight.shape);
  return g.node('Gemm', operands, [x.shape[0], weight.shape[0]], { transB: 1 });
}

/** `[…, m, k]` times `[…, k, n]`, with equal batch axes. */
export function matmul(g: OnnxGraph, a: Tensor, b: Tensor): Tensor {
  const shape = [...a.shape.slice(0, -1), b.shape.at(-1)!];
  g.multiplyAdds += size(shape) * a.shape.at(-1)!;
  return g.node('MatMul', [a, b], shape);
}

export function softmax(g: OnnxGraph, x: Tensor): Tensor {
  return g.node('Softmax', [x], x.shape, { axis: -1 });
}

export function reshape(g: OnnxGraph, x: Tensor, shape: readonly number[]): Tensor {
  const extents = g.constant(`shape ${shape.join(' ')}`, [shape.length], BigInt64Array.from(shape, BigInt));
  return g.node('Reshape', [x, extents], shape);
}

export function transpose(g: OnnxGraph, x: Tensor, axes: readonly number[]): Tensor {
  return g.node(
    'Transpose',
    [x],
    axes.map(axis => x.shape[axis]),
    { perm: axes },
  );
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function fourPads(padding: number | readonly number[]): readonly number[] {
  return typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
}

/** How many windows fit along rows and columns. */
function windows(x: Tensor, kernel: readonly number[], stride: number, pads: readonly number[]): readonly number[] {
  return kernel.map(
    (extent, axis) => Math.floor((x.shape[2 + axis] + pads[axis] + pads[axis + 2] - extent) / stride) + 1,
  );
}
