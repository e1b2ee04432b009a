/** Folds batch norms into the convolutions before them, as has to be done before a graph is quantised. */
import { type GraphContent, type Initializer, initializer, type OnnxNode } from './graph.ts';
import { floatsOf } from './quantize.ts';

const epsilon = 1e-5;

/** The graph without batch norms; each of them must follow a convolution whose result nothing else reads. */
export function foldNorms({ nodes, initializers, inputs }: GraphContent): GraphContent {
  const folded = new Map(initializers);
  const convolutions = new Map(nodes.map(node => [node.outputs[0], node]));
  const replaced = new Map<OnnxNode, OnnxNode | undefined>();
  for (const norm of nodes) {
    if (norm.opType !== 'BatchNormalization') continue;
    const before = convolutions.get(norm.inputs[0]);
    if (before?.opType !== 'Conv') throw new Error('a batch norm does not follow a convolution');
    replaced.set(norm, undefined).set(before, fold(before, norm, folded));
  }
  const kept = nodes.flatMap(node => (replaced.has(node) ? (replaced.get(node) ?? []) : node));
  return { nodes: kept, initializers: folded, inputs };
}

/** Writes the convolution's new weight and bias over the old ones, or beside the weight if it had no bias. */
function fold(conv: OnnxNode, norm: OnnxNode, initializers: Map<string, Initializer>): OnnxNode {
  const [gain, shift, mean, variance] = norm.inputs.slice(1).map(name => floatsOf(initializers.get(name)!));
  const [x, weightName, biasName = `${weightName} bias`] = conv.inputs;
  const weight = initializers.get(weightName)!;
  const factors = gain.map((factor, c) => factor / Math.sqrt(variance[c] + epsilon));
  const length = floatsOf(weight).length / factors.length;
  const scaled = floatsOf(weight).map((value, i) => value * factors[Math.floor(i / length)]);
  const old = initializers.get(biasName);
  const bias = old ? floatsOf(old) : new Float32Array(factors.length);
  const moved = bias.map((value, c) => shift[c] + (value - mean[c]) * factors[c]);
  initializers.set(weightName, initializer(weightName, weight.dims, scaled));
  initializers.set(biasName, initializer(biasName, [moved.length], moved));
  for (const name of norm.inputs.slice(1)) initializers.delete(name);
  return { ...conv, inputs: [x, weightName, biasName], outputs: norm.outputs };
}
