/** What convolutions and pools say of their windows, with the padding that `auto_pad` stands for. */
import type { Arguments } from '@tessera-dnn/graph/op';
import { refuse } from '../draft/refusal.ts';
import { upTo } from './axes.ts';
import type { Node } from './node.ts';

export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Before and after each axis. */
  readonly padding: readonly (readonly [number, number])[];
}

/** The window of a node over the spatial extents `extents`; `kernel` is what weights say, for pools that of the attribute. */
export function windowOf(node: Node, extents: readonly number[], kernel?: readonly number[]): Window {
  const given = node.ints('kernel_shape');
  const size = kernel ?? given ?? refuse('it has no attribute kernel_shape');
  const rank = extents.length;
  if (given !== undefined && given.join() !== size.join())
    refuse(`its kernel_shape [${given.join(', ')}] is not that of its weights`);
  const stride = listOf(node, 'strides', rank, 1);
  const dilation = listOf(node, 'dilations', rank, 1);
  if (size.length !== rank) refuse(`its kernel has ${size.length} axes, and its operand ${rank}`);
  return { kernel: size, stride, dilation, padding: paddingOf(node, extents, { kernel: size, stride, dilation }) };
}

/** A list with one number from `least` on for each spatial axis. */
export function listOf(
  node: Node,
  name: string,
  rank: number,
  otherwise: number,
  least = otherwise,
): readonly number[] {
  const list = node.ints(name) ?? upTo(rank).map(() => otherwise);
  if (list.length !== rank || list.some(n => !Number.isSafeInteger(n) || n < least))
    refuse(`its ${name} [${list.join(', ')}] is not one number for each of ${rank} axes`);
  return list;
}

function paddingOf(
  node: Node,
  extents: readonly number[],
  { kernel, stride, dilation }: Omit<Window, 'padding'>,
): Window['padding'] {
  const auto = node.text('auto_pad', 'NOTSET');
  const rank = extents.length;
  const pads = node.ints('pads');
  if (auto === 'NOTSET' || auto === '') return pairs(pads ?? upTo(2 * rank).map(() => 0), rank);
  if (auto === 'VALID') return upTo(rank).map(() => [0, 0] as const);
  if (auto !== 'SAME_UPPER' && auto !== 'SAME_LOWER') refuse(`its auto_pad is ${auto}`);
  return extents.map((extent, axis) => {
    const reach = dilation[axis] * (kernel[axis] - 1) + 1;
    const total = Math.max(0, (Math.ceil(extent / stride[axis]) - 1) * stride[axis] + reach - extent);
    const less = Math.floor(total / 2);
    return auto === 'SAME_UPPER' ? ([less, total - less] as const) : ([total - less, less] as const);
  });
}

/** ONNX's list of all beginnings, then all ends, as one pair for each axis. */
export function pairs(pads: readonly number[], rank: number): Window['padding'] {
  if (pads.length !== 2 * rank || !pads.every(Number.isSafeInteger))
    refuse(`its padding [${pads.join(', ')}] is not two numbers for each of ${rank} axes`);
  return upTo(rank).map(axis => [pads[axis], pads[axis + rank]] as const);
}

/** Arguments as one would write them: one number where all axes have the same, and nothing where that is the usual one. */
export function windowArgs(window: Window): Arguments {
  return { ...brief('stride', window.stride, 1), ...paddingArgs(window), ...brief('dilation', window.dilation, 1) };
}

/** The argument `padding`, if there is any. */
export function paddingArgs({ padding }: Window): Arguments {
  return brief('padding', padding.every(([low, high]) => low === high) ? padding.map(([low]) => low) : padding, 0);
}

/** `{ [name]: list }`, `{ [name]: n }` for n on all axes, `{}` where that is `usual`. */
export function brief(name: string, list: readonly (number | readonly number[])[], usual?: number): Arguments {
  const [first] = list;
  if (list.length === 0 || typeof first !== 'number' || list.some(one => one !== first)) return { [name]: list };
  return first === usual ? {} : { [name]: first };
}
