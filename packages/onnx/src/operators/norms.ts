/** Normalisations. Those over channels have these on axis 1. */
import { isFloat } from '@tessera-dnn/graph';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { part } from './slice.ts';
import { back, floating } from './softmax.ts';

export const norms: readonly Operator[] = [
  { name: 'BatchNormalization', since: { 1: batchNorm, 14: batchNorm } },
  { name: 'InstanceNormalization', since: { 1: instanceNorm } },
  { name: 'LayerNormalization', since: { 17: layerNorm } },
  { name: 'GroupNormalization', since: { 18: groupNorm, 21: groupNorm } },
  { name: 'MeanVarianceNormalization', since: { 9: meanVariance } },
  { name: 'LpNormalization', since: { 1: lpNorm } },
  { name: 'LRN', since: { 1: localResponse } },
];

const usualEpsilon = 1e-5;

/** The argument `epsilon`, where it is not the usual one. */
export function epsilonArgs(epsilon: number) {
  return Math.fround(epsilon) === Math.fround(usualEpsilon) ? {} : { epsilon };
}

function batchNorm(node: Node): readonly (Value | undefined)[] {
  node.ignore('consumed_inputs', 'is_test');
  if (!node.flag('spatial', true)) refuse('it is not over channels (spatial is 0)');
  const x = node.operand(0);
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map(at => node.operand(at));
  const epsilon = node.float('epsilon', usualEpsilon);
  const momentum = node.float('momentum', 0.9);
  if (node.flag('training_mode', false)) return inTraining(node, x, { epsilon, momentum });
  if (node.wants(1)) refuse('it asks for new statistics, and is not in training mode');
  const args = epsilonArgs(epsilon);
  const same = () => normed(node, x, { weight, bias, mean, variance, epsilon });
  return [node.layer('batch_norm', [x], args, { weight: 1, bias: 2, running_mean: 3, running_var: 4 }, same)];
}

interface Statistics {
  readonly weight: Value;
  readonly bias: Value;
  readonly mean: Value;
  readonly variance: Value;
  readonly epsilon: number;
}

function normed(node: Node, x: Value, { weight, bias, mean, variance, epsilon }: Statistics): Value {
  const [wide, w, b, m, v] = [x, weight, bias, mean, variance].map(value => floating(node, value));
  const scale = node.call('mul', [w, node.call('rsqrt', [node.call('add', [v, epsilon])])]);
  const shift = node.call('sub', [b, node.call('mul', [m, scale])]);
  const scaled = node.call('mul', [wide, perChannel(node, scale, x)]);
  return back(node, node.call('add', [scaled, perChannel(node, shift, x)]), x);
}

/** A vector with one number for each channel, in the shape that broadcasts to `x`. */
export function perChannel(node: Node, vector: Value, x: Value): Value {
  const behind = x.type.shape.slice(2).map(() => 1);
  return behind.length === 0 ? vector : node.call('reshape', [vector], { shape: [...vector.type.shape, ...behind] });
}

function inTraining(
  node: Node,
  x: Value,
  { epsilon, momentum }: { readonly epsilon: number; readonly momentum: number },
): readonly Value[] {
  const [weight, bias, oldMean, oldVariance] = [1, 2, 3, 4].map(at => node.operand(at));
  const axis = [0, ...upTo(x.type.shape.length).slice(2)];
  const mean = node.call('mean', [x], { axis });
  const off = node.call('sub', [x, perChannel(node, mean, x)]);
  const variance = node.call('mean', [node.call('mul', [off, off])], { axis });
  const mixed = (old: Value, fresh: Value) =>
    node.call('add', [node.call('mul', [old, momentum]), node.call('mul', [fresh, 1 - momentum])]);
  return [
    normed(node, x, { weight, bias, mean, variance, epsilon }),
    mixed(oldMean, mean),
    mixed(oldVariance, variance),
  ];
}

/** Mean 0 and variance 1 over axes. */
export function standardised(node: Node, x: Value, axis: readonly number[], epsilon: number): Value {
  const off = node.call('sub', [x, node.call('mean', [x], { axis, keep: true })]);
  const variance = node.call('mean', [node.call('mul', [off, off])], { axis, keep: true });
  return node.call('mul', [off, node.call('rsqrt', [node.call('add', [variance, epsilon])])]);
}

function instanceNorm(node: Node): Value {
  node.ignore('consumed_inputs');
  const x = node.operand(0);
  const normal = standardised(node, x, upTo(x.type.shape.length).slice(2), node.float('epsilon', usualEpsilon));
  const scaled = node.call('mul', [normal, perChannel(node, node.operand(1), x)]);
  return node.call('add', [scaled, perChannel(node, node.operand(2), x)]);
}

/** A norm over the axes from one on. */
export function layerNorm(node: Node): readonly Value[] {
  const [x, weight, bias] = [node.operand(0), node.operand(1), node.optional(2)];
  const rank = x.type.shape.length;
  const axis = axisOf(node.int('axis', -1), rank);
  const epsilon = node.float('epsilon', usualEpsilon);
  node.ignore('stash_type');
  const axes = upTo(rank).slice(axis);
  const same = () => {
    const wide = floating(node, x);
    const scaled = node.call('mul', [standardised(node, wide, axes, epsilon), floating(node, weight)]);
    return back(node, bias === undefined ? scaled : node.call('add', [scaled, floating(node, bias)]), x);
  };
  const isBlock = axis === rank - 1 && bias !== undefined;
  const result = isBlock ? node.layer('layer_norm', [x], epsilonArgs(epsilon), { weight: 1, bias: 2 }, same) : same();
  if (!node.wants(1) && !node.wants(2)) return [result];
  const wide = floating(node, x);
  const mean = node.call('mean', [wide], { axis: axes, keep: true });
  const off = node.call('sub', [wide, mean]);
  const variance = node.call('mean', [node.call('mul', [off, off])], { axis: axes, keep: true });
  return [result, mean, node.call('rsqrt', [node.call('add', [variance, epsilon])])];
}

/** Before version 21 scale and bias had one number for each group, since then for each channel. */
function groupNorm(node: Node): Value {
  node.ignore('stash_type');
  const x = node.operand(0);
  const { shape } = x.type;
  const groups = node.int('num_groups', 0);
  if (groups < 1 || shape[1] % groups !== 0) refuse(`${shape[1]} channels do not make ${groups} groups`);
  const epsilon = node.float('epsilon', usualEpsilon);
  const apart = node.call('reshape', [x], { shape: [shape[0], groups, -1] });
  const normal = node.call('reshape', [standardised(node, apart, [2], epsilon)], { shape });
  const vector = (at: number) => {
    const value = node.operand(at);
    if (node.opset >= 21) return perChannel(node, value, x);
    const each = node.call('broadcast_to', [node.call('reshape', [value], { shape: [groups, 1] })], {
      shape: [groups, shape[1] / groups],
    });
    return perChannel(node, node.call('reshape', [each], { shape: [shape[1]] }), x);
  };
  return node.call('add', [node.call('mul', [normal, vector(1)]), vector(2)]);
}

function meanVariance(node: Node): Value {
  const x = node.operand(0);
  const axis = (node.ints('axes') ?? [0, 2, 3]).map(one => axisOf(one, x.type.shape.length));
  const off = node.call('sub', [x, node.call('mean', [x], { axis, keep: true })]);
  const deviation = node.call('sqrt', [node.call('mean', [node.call('mul', [off, off])], { axis, keep: true })]);
  return node.call('div', [off, node.call('add', [deviation, 1e-9])]);
}

function lpNorm(node: Node): Value {
  const x = node.operand(0);
  const axis = axisOf(node.int('axis', -1), x.type.shape.length);
  const p = node.int('p', 2);
  if (p !== 1 && p !== 2) refuse(`its p is ${p}`);
  const sum = node.call('sum', [p === 1 ? node.call('abs', [x]) : node.call('mul', [x, x])], { axis, keep: true });
  return node.call('div', [x, p === 1 ? sum : node.call('sqrt', [sum])]);
}

/** The squares of neighbouring channels are added up. */
function localResponse(node: Node): Value {
  const x = node.operand(0);
  const { shape } = x.type;
  const size = node.int('size', 0);
  if (!isFloat(x.type.element) || size < 1) refuse(`its size is ${size}`);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const padding = shape.map((_, axis) => (axis === 1 ? [before, after] : [0, 0]));
  const squares = node.call('pad', [node.call('mul', [x, x])], { padding });
  const sums = upTo(size)
    .map(at => part(node, squares, 1, at, shape[1]))
    .reduce((sum, one) => node.call('add', [sum, one]));
  const inside = node.call('add', [node.call('mul', [sums, node.float('alpha', 1e-4) / size]), node.float('bias', 1)]);
  return node.call('div', [x, node.call('pow', [inside, node.float('beta', 0.75)])]);
}
