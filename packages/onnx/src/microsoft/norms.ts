/** Layer norms over the last axis, with what is added before them. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { epsilonArgs, layerNorm, standardised } from '../operators/norms.ts';
import { microsoft } from './operator.ts';

export const skipNorms: readonly Operator[] = [
  // onnxruntime had these in ONNX's own domain before ONNX took the first of them in.
  { name: 'LayerNormalization', since: { 1: layerNorm } },
  { name: 'SimplifiedLayerNormalization', since: { 1: simplified } },
  microsoft('SkipLayerNormalization', skipNorm),
  microsoft('SkipSimplifiedLayerNormalization', node => {
    const sum = added(node, 3);
    return results(node, rootMeanSquare(node, sum, node.operand(2), node.float('epsilon', usualEpsilon)), sum);
  }),
];

const usualEpsilon = 1e-12;

function skipNorm(node: Node): readonly (Value | undefined)[] {
  const sum = added(node, 4);
  const [weight, bias] = [node.operand(2), node.optional(3)];
  const epsilon = node.float('epsilon', usualEpsilon);
  const same = () => {
    const scaled = node.call('mul', [standardised(node, sum, [sum.type.shape.length - 1], epsilon), weight]);
    return bias === undefined ? scaled : node.call('add', [scaled, bias]);
  };
  const variables = { weight: 2, bias: 3 };
  return results(
    node,
    bias === undefined ? same() : node.layer('layer_norm', [sum], epsilonArgs(epsilon), variables, same),
    sum,
  );
}

/** The first two operands, and a bias, which may be left out. */
function added(node: Node, bias: number): Value {
  const sum = node.call('add', [node.operand(0), node.operand(1)]);
  const more = node.optional(bias);
  return more === undefined ? sum : node.call('add', [sum, more]);
}

/** The fourth result is what was normalised; mean and deviation are of use in training only. */
function results(node: Node, normal: Value, sum: Value): readonly (Value | undefined)[] {
  if (node.wants(1) || node.wants(2)) refuse('its second and third result are not taken', 'leave them out');
  return [normal, undefined, undefined, sum];
}

function simplified(node: Node): Value {
  const x = node.operand(0);
  const axis = node.int('axis', -1);
  if (axis !== -1 && axis !== x.type.shape.length - 1) refuse('it is over several axes');
  if (node.wants(1)) refuse('its second result is not taken', 'leave it out');
  node.ignore('stash_type');
  return rootMeanSquare(node, x, node.operand(1), node.float('epsilon', 1e-5));
}

function rootMeanSquare(node: Node, x: Value, weight: Value, epsilon: number): Value {
  const squares = node.call('mean', [node.call('mul', [x, x])], { axis: x.type.shape.length - 1, keep: true });
  const root = node.call('rsqrt', [node.call('add', [squares, epsilon])]);
  return node.call('mul', [node.call('mul', [x, root]), weight]);
}
