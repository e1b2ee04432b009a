/** ImageNet's networks, as torchvision has them. */

import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { batchNorm, binary, conv, dense, globalAveragePool, maxPool, relu, relu6 } from '../onnx/layers.ts';
import { example, type Network } from './network.ts';

export const resnet50: Network = {
  name: 'ResNet-50',
  source: example('resnet50.dnn'),
  onnx: g => {
    const image = g.input('image', [1, 3, 224, 224]);
    let x = batchNorm(g, conv(g, image, 'conv1', { stride: 2, padding: 3, bias: false }), 'bn1');
    x = maxPool(g, relu(g, x), 3, 2, 1);
    [3, 4, 6, 3].forEach((blocks, stage) => {
      for (let i = 0; i < blocks; i++) x = bottleneck(g, x, `layer${stage + 1}.${i}`, i === 0, stage > 0 && i === 0);
    });
    return dense(g, globalAveragePool(g, x), 'fc');
  },
};

function bottleneck(g: OnnxGraph, x: Tensor, path: string, first: boolean, halves: boolean): Tensor {
  const stride = halves ? 2 : 1;
  const normed = (y: Tensor, index: number, options: { readonly stride?: number; readonly padding?: number }) =>
    batchNorm(g, conv(g, y, `${path}.conv${index}`, { ...options, bias: false }), `${path}.bn${index}`);
  const shortcut = first
    ? batchNorm(g, conv(g, x, `${path}.downsample.0`, { stride, bias: false }), `${path}.downsample.1`)
    : x;
  const a = relu(g, normed(x, 1, {}));
  const b = relu(g, normed(a, 2, { stride, padding: 1 }));
  return relu(g, binary(g, 'Add', normed(b, 3, {}), shortcut));
}

/** expansion, channels, repetitions, stride of the first */
const mobileNetRows = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

export const mobilenetV2: Network = {
  name: 'MobileNetV2',
  source: example('mobilenet_v2.dnn'),
  onnx: g => {
    const image = g.input('image', [1, 3, 224, 224]);
    let x = convRelu6(g, image, 'features.0', { stride: 2, padding: 1 });
    let at = 1;
    for (const [expansion, channels, repetitions, stride] of mobileNetRows) {
      for (let i = 0; i < repetitions; i++) {
        x = invertedResidual(g, x, `features.${at++}`, { expansion, channels, stride: i === 0 ? stride : 1 });
      }
    }
    return dense(g, globalAveragePool(g, convRelu6(g, x, 'features.18', {})), 'classifier.1');
  },
};

interface Window {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
}

function convRelu6(g: OnnxGraph, x: Tensor, path: string, window: Window): Tensor {
  return relu6(g, batchNorm(g, conv(g, x, `${path}.0`, { ...window, bias: false }), `${path}.1`));
}

function invertedResidual(
  g: OnnxGraph,
  x: Tensor,
  path: string,
  { expansion, channels, stride }: { readonly expansion: number; readonly channels: number; readonly stride: number },
): Tensor {
  const groups = x.shape[1] * expansion;
  const at = expansion === 1 ? 0 : 1;
  let y = expansion === 1 ? x : convRelu6(g, x, `${path}.conv.0`, {});
  y = convRelu6(g, y, `${path}.conv.${at}`, { stride, padding: 1, groups });
  y = batchNorm(g, conv(g, y, `${path}.conv.${at + 1}`, { bias: false }), `${path}.conv.${at + 2}`);
  return stride === 1 && x.shape[1] === channels ? binary(g, 'Add', y, x) : y;
}
