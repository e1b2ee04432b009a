/**
 * Second derivatives of the prelude's layers, activations and losses in training, against differences of their first ones, in 64 bits: what a
 * block leaves out of its first derivative because it is zero must not be missing in the second.
 */
import { type Graph, interpret } from '@tessera-dnn/graph';
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { describe, expect, it } from 'vitest';
import { trained } from './trains.ts';

const width = 1e-5;

const activations = [
  'leaky_relu(x)',
  'gelu(x)',
  'silu(x)',
  'hard_swish(x)',
  'softplus(x)',
  'elu(x)',
  'selu(x)',
  'mish(x)',
  'log_sigmoid(x)',
  'glu(x)',
  'softmax(x)',
  'log_softmax(x)',
  'softmax(x, axis: 0)',
];
const norms = [
  'batch_norm(x)',
  'layer_norm(x)',
  'group_norm(x, 1)',
  'rms_norm(x)',
  'logsumexp(x, axis: 1)',
  'std(x, axis: 0)',
];
const losses = [
  'mse(x, z)',
  'huber(x, z, reduce: "none")',
  'smooth_l1(x, z, reduce: "none")',
  'logistic_loss(x, sigmoid(z))',
  'binary_cross_entropy(sigmoid(x), sigmoid(z))',
  'cross_entropy(x, argmax(z, axis: 1))',
  'kl_div(log_softmax(x), softmax(z))',
  'cosine_similarity(x, z)',
];
const layers = [
  'dense(x, 3)',
  'flatten(conv2d(reshape(x, [1, 1, 3, 4]), 2, kernel: 2))',
  'flatten(max_pool(reshape(x, [1, 1, 3, 4]), 2, stride: 1, padding: 1))',
  'flatten(avg_pool(reshape(x, [1, 1, 3, 4]), 2, stride: 2, padding: 1, ceil: true))',
  'flatten(upsample(reshape(x, [1, 1, 3, 4]), 2, "bilinear"))',
  'flatten(lstm(reshape(x, [1, 3, 4]), 2))',
  'flatten(gru(reshape(x, [1, 3, 4]), 2))',
  'attention(x, x, z, causal: true)',
  'flatten(multi_head_attention(reshape(x, [1, 3, 4]), 2))',
  'sort(x).values',
  'cumsum(x, axis: 1)',
];

describe.each(Object.entries({ activations, norms, losses, layers }))('%s', (_kind, calls) => {
  it.each(calls)('%s', call => {
    const text = `block of(x, z) {\n  ${call}\n}
model m(x: f32[3, 4], z: f32[3, 4]) {
  let y = of(x, z, training: true)
  let slope = gradient(y * y + y, x)
  let size = sum(slope * slope * sigmoid(z))
  return { size, curve: gradient(size, x) }
}
`;
    const module = differentiate.run(trained(text), { table: ops, strict: true });
    const variables = module.variables.map(({ type: { shape } }, at) => numbers(shape, 5 + at));
    const { graph } = module.programs[0];
    const [x, z] = [numbers([3, 4], 1), numbers([3, 4], 2)];
    const run = (given: Float64Array) => answers(graph, { x: given, z }, variables);
    const { curve } = run(x);
    const slope = x.map((_, i) => {
      const at = (by: number) => run(x.map((value, j) => (i === j ? value + by : value)))['size'].data[0];
      return (at(width) - at(-width)) / (2 * width);
    });
    const scale = Math.max(1e-3, ...slope.map(Math.abs));
    for (const [i, wanted] of slope.entries()) {
      expect(
        Math.abs(curve.data[i] - wanted) / scale,
        `element ${i}: ${curve.data[i]}, differences ${wanted}`,
      ).toBeLessThan(1e-6);
    }
  });
});

function answers(graph: Graph, inputs: Readonly<Record<string, Float64Array>>, variables: readonly Float64Array[]) {
  return interpret(graph, ops, inputs, variables, value => value).outputs;
}

/** Numbers of which no two are equal, between -1.5 and 1.5. */
function numbers(shape: readonly number[], seed: number): Float64Array {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return Float64Array.from({ length: count }, (_, i) => 1.5 * Math.sin(1 + 7 * i + seed * seed));
}
