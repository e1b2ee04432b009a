/** Networks of less than a millisecond. */

import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { batchNorm, binary, conv, dense, flatten, globalAveragePool, maxPool, relu, softmax } from '../onnx/layers.ts';
import { example, type Network } from './network.ts';

export const lenet: Network = {
  name: 'LeNet-5',
  source: example('lenet.dnn'),
  bar: { faster: true },
  onnx: g => {
    const image = g.input('image', [1, 1, 28, 28]);
    const a = maxPool(g, relu(g, conv(g, image, 'conv1', { padding: 2 })), 2);
    const b = maxPool(g, relu(g, conv(g, a, 'conv2')), 2);
    return dense(g, relu(g, dense(g, relu(g, dense(g, flatten(g, b), 'fc1')), 'fc2')), 'fc3');
  },
};

export const mlp: Network = {
  name: 'MLP 784-512-512-10',
  source: example('mlp.dnn'),
  onnx: g => {
    const image = g.input('image', [1, 784]);
    return dense(g, relu(g, dense(g, relu(g, dense(g, image, 'fc1')), 'fc2')), 'fc3');
  },
};

export const dsCnn: Network = {
  name: 'DS-CNN',
  source: example('ds_cnn.dnn'),
  onnx: g => {
    const features = g.input('features', [1, 1, 49, 10]);
    let x = relu(g, batchNorm(g, conv(g, features, 'stem', { stride: 2, padding: [4, 1, 5, 1] }), 'stem_bn'));
    for (const block of ['block1', 'block2', 'block3', 'block4']) {
      x = conv(g, x, `${block}.depthwise`, { padding: 1, groups: 64 });
      x = conv(g, relu(g, batchNorm(g, x, `${block}.bn1`)), `${block}.pointwise`);
      x = relu(g, batchNorm(g, x, `${block}.bn2`));
    }
    return softmax(g, dense(g, globalAveragePool(g, x), 'fc'));
  },
};

export const resnet8: Network = {
  name: 'ResNet-8',
  source: example('resnet8.dnn'),
  bar: { faster: true },
  onnx: g => {
    const image = g.input('image', [1, 3, 32, 32]);
    let x = relu(g, batchNorm(g, conv(g, image, 'stem', { padding: 1, bias: false }), 'stem_bn'));
    x = residual(g, x, 'a', 1);
    x = residual(g, x, 'b', 2);
    x = residual(g, x, 'c', 2);
    return dense(g, globalAveragePool(g, x), 'fc');
  },
};

function residual(g: OnnxGraph, x: Tensor, path: string, stride: number): Tensor {
  const normed = (y: Tensor, name: string, bn: string, stride: number, padding: number) =>
    batchNorm(g, conv(g, y, `${path}.${name}`, { stride, padding, bias: false }), `${path}.${bn}`);
  const y = normed(relu(g, normed(x, 'conv1', 'bn1', stride, 1)), 'conv2', 'bn2', 1, 1);
  return relu(g, binary(g, 'Add', y, stride === 1 ? x : normed(x, 'proj', 'proj_bn', stride, 0)));
}
