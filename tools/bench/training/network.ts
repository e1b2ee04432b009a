/** A training step in the benchmark: a `.dnn` program, and the same network for TensorFlow.js with the same weights. */
import type { StoredTensor } from '@tessera-dnn/formats';
import { example } from '../networks/network.ts';
import type { TensorFlow, TfTensor } from './tensorflow.ts';

export interface TrainingNetwork {
  readonly name: string;
  /** One model, and `descend(image, label)` that returns the loss of a step of SGD. */
  readonly source: { readonly name: string; readonly text: string };
  readonly batch: number;
  /** The shape of one image in TensorFlow.js, channels last. */
  readonly imageShape: readonly number[];
  /** The logits of a batch. */
  readonly logits: (tf: TensorFlow, weights: Weights) => (images: TfTensor) => TfTensor;
  /**
   * The number of multiply-adds: forward, and backward to weights and inputs, except to the input of the first layer, which has no
   * gradient.
   */
  readonly multiplyAdds: number;
  /** A step of native PyTorch, measured elsewhere: on a Zen 4 machine with two cores. */
  readonly pytorchMilliseconds: number;
}

export type Weights = ReadonlyMap<string, StoredTensor<'f32'>>;

export const learningRate = 0.01;

const batches = [1, 32] as const;

export const trainingNetworks: readonly TrainingNetwork[] = [
  ...batches.map(batch => mlp(batch, batch === 1 ? 0.44 : 1.6)),
  ...batches.map(batch => lenet(batch, batch === 1 ? 0.52 : 3.0)),
];

function mlp(batch: number, pytorchMilliseconds: number): TrainingNetwork {
  return {
    name: `training MLP 784-512-512-10, batch ${batch}`,
    source: training('mlp', batch, [784]),
    batch,
    imageShape: [784],
    logits: (tf, weights) => {
      const [fc1, fc2, fc3] = ['fc1', 'fc2', 'fc3'].map(path => dense(tf, weights, path));
      return images => fc3(tf.relu(fc2(tf.relu(fc1(images)))));
    },
    multiplyAdds: batch * (2 * 784 * 512 + 3 * (512 * 512 + 512 * 10)),
    pytorchMilliseconds,
  };
}

function lenet(batch: number, pytorchMilliseconds: number): TrainingNetwork {
  const [conv1, conv2] = [28 * 28 * 6 * 25, 10 * 10 * 16 * 6 * 25];
  return {
    name: `training LeNet-5, batch ${batch}`,
    source: training('lenet', batch, [1, 28, 28]),
    batch,
    imageShape: [28, 28, 1],
    logits: (tf, weights) => {
      const first = conv(tf, weights, 'conv1', 'same');
      const second = conv(tf, weights, 'conv2', 'valid');
      const fc1 = dense(tf, weights, 'fc1', [16, 5, 5]);
      const [fc2, fc3] = ['fc2', 'fc3'].map(path => dense(tf, weights, path));
      const halved = (x: TfTensor): TfTensor => tf.maxPool(tf.relu(x), 2, 2, 'valid');
      return images => {
        const features = halved(second(halved(first(images))));
        return fc3(tf.relu(fc2(tf.relu(fc1(tf.reshape(features, [batch, 400]))))));
      };
    },
    multiplyAdds: batch * (2 * conv1 + 3 * (conv2 + 400 * 120 + 120 * 84 + 84 * 10)),
    pytorchMilliseconds,
  };
}

function training(model: string, batch: number, image: readonly number[]): TrainingNetwork['source'] {
  const { name, text } = example(`${model}.dnn`);
  const step = `
train descend[n = ${batch}](image: f32[n, ${image.join(', ')}], label: i32[n]) {
  let loss = cross_entropy(${model}(image), label)
  minimize loss using sgd(rate: ${learningRate})
  return { loss }
}
`;
  return { name, text: text + step };
}

/**
 * A dense layer. Weights [out, in] are stored as [in, out]; if the input was `[channels, height, width]` in Tessera, its channels are last
 * here.
 */
function dense(tf: TensorFlow, weights: Weights, path: string, map?: readonly number[]) {
  const { shape } = tensorOf(weights, `${path}.weight`);
  const [outputs, inputs] = shape;
  const weight = variable(tf, weights, `${path}.weight`, stored => {
    if (map === undefined) return tf.transpose(stored, [1, 0]);
    return tf.reshape(tf.transpose(tf.reshape(stored, [outputs, ...map]), [2, 3, 1, 0]), [inputs, outputs]);
  });
  const bias = variable(tf, weights, `${path}.bias`);
  return (x: TfTensor): TfTensor => tf.add(tf.matMul(x, weight), bias);
}

function conv(tf: TensorFlow, weights: Weights, path: string, padding: 'same' | 'valid') {
  const filter = variable(tf, weights, `${path}.weight`, stored => tf.transpose(stored, [2, 3, 1, 0]));
  const bias = variable(tf, weights, `${path}.bias`);
  return (x: TfTensor): TfTensor => tf.add(tf.conv2d(x, filter, 1, padding), bias);
}

function variable(
  tf: TensorFlow,
  weights: Weights,
  path: string,
  arrange: (stored: TfTensor) => TfTensor = stored => stored,
): TfTensor {
  const { shape, data } = tensorOf(weights, path);
  return tf.variable(tf.tidy(() => arrange(tf.tensor(data, shape))));
}

function tensorOf(weights: Weights, path: string): StoredTensor<'f32'> {
  const tensor = weights.get(path);
  if (tensor === undefined) throw new Error(`there are no weights called ${path}`);
  return tensor;
}
