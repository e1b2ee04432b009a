/** Single layers of sizes that occur in networks. */
import { type ConvOptions, conv, matmul } from '../onnx/layers.ts';
import type { Network } from './network.ts';

export const conv3x3: Network = {
  ...convolution('conv 3×3, 56×56, 64→64', [1, 64, 56, 56], 'conv2d(64, kernel: 3, padding: 1)', { padding: 1 }),
  bar: { faster: true, partOfPeak: 0.6 },
};

export const conv1x1: Network = {
  ...convolution('conv 1×1, 28×28, 256→512', [1, 256, 28, 28], 'conv2d(512, kernel: 1)', {}),
  bar: { faster: true, partOfPeak: 0.6 },
};

export const depthwise: Network = convolution(
  'depthwise 3×3, 112×112, 32',
  [1, 32, 112, 112],
  'depthwise_conv2d(3, padding: 1)',
  { padding: 1, groups: 32 },
);

function convolution(name: string, shape: readonly number[], call: string, options: ConvOptions): Network {
  const text = `model layer(x: f32[${shape.join(', ')}]) {\n  x |> ${call} as conv\n}\n`;
  return { name, source: { name: 'layer.dnn', text }, onnx: g => conv(g, g.input('x', shape), 'conv', options) };
}

/** The right operand is a weight, as in a network. */
export const matmul512: Network = {
  name: 'matmul 512×512×512',
  source: {
    name: 'matmul.dnn',
    text: 'model layer(x: f32[512, 512]) {\n  param weight: f32[512, 512] = normal(0, 0.1)\n  return x @ weight\n}\n',
  },
  onnx: g => matmul(g, g.input('x', [512, 512]), g.weight('weight')),
};
