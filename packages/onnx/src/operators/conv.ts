/** `Conv` over one, two or three spatial axes. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { type Window, windowArgs, windowOf } from '../lower/window.ts';
import { deepConvolution } from './deep.ts';

export const conv: Operator = { name: 'Conv', since: { 1: lower } };

function lower(node: Node): Value {
  const [x, weight, bias] = [node.operand(0), node.operand(1), node.optional(2)];
  const window = windowOf(node, x.type.shape.slice(2), weight.type.shape.slice(2));
  const groups = node.int('group', 1);
  return withBias(node, convolution(node, x, weight, window, groups), bias);
}

/** A convolution without bias. */
export function convolution(node: Node, x: Value, weight: Value, window: Window, groups: number): Value {
  if (x.type.shape.length === 5) return deepConvolution(node, x, weight, window, groups);
  return node.call('conv', [x, weight], { ...windowArgs(window), ...(groups !== 1 && { groups }) });
}

/** `x` with a number for each channel added, which are on axis 1. */
export function withBias(node: Node, x: Value, bias: Value | undefined): Value {
  if (bias === undefined) return x;
  if (bias.type.shape.length !== 1) refuse('its bias is not one number for each channel');
  const shape = [...bias.type.shape, ...upTo(x.type.shape.length - 2).map(() => 1)];
  return node.call('add', [x, node.call('reshape', [bias], { shape })]);
}
