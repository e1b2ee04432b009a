/**
 * Makes the two contestants ready to train from the same weights on the same batch: Tessera's artifact, and TensorFlow.js with the fastest
 * of its backends that can train the network. A run is one step, which takes images and labels as a user's loop would pass them, and
 * returns the loss.
 */
import { load } from '@tessera-dnn/chip';
import { compile, frontEnd } from '@tessera-dnn/compiler';
import { hostChip } from '@tessera-dnn/machine';
import type { Contestant } from '../contestant.ts';
import { type Contest, orThrow } from '../contestants.ts';
import { drawInput, drawWeights } from '../weights.ts';
import { learningRate, type TrainingNetwork, type Weights } from './network.ts';
import { type Backend, backends, loadTensorFlow, runtimeBytes, type TensorFlow, type TfTensor } from './tensorflow.ts';

interface Batch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

const classes = 10;

export async function prepareTraining(network: TrainingNetwork): Promise<Contest> {
  const options = { chip: hostChip, math: 'fast', programs: ['descend'] } as const;
  const weights = drawWeights(orThrow(frontEnd(network.source, options)));
  const batch = drawBatch(network);
  const start = performance.now();
  const { bytes } = orThrow(compile(network.source, { ...options, weights }));
  const chip = await load(bytes);
  const createMilliseconds = performance.now() - start;
  const inputs = { image: batch.images, label: batch.labels };
  const ours: Contestant = {
    run: () => chip.run('descend', inputs)['loss'] as Float32Array,
    shippedBytes: bytes.length,
    memoryBytes: () => chip.chip.memory.buffer.byteLength,
    createMilliseconds,
  };
  const { contestant: theirs, backend } = await bestBackend(network, weights, batch);
  // The losses of several steps are compared, since a wrong gradient or update shows only from the second step on.
  const peers = [{ name: backend, contestant: theirs }];
  return { ours, peers, multiplyAdds: network.multiplyAdds, comparedRuns: 4, tolerance: 1e-3 };
}

/** With one channel, images have the same layout with channels first and channels last. */
function drawBatch({ batch, imageShape }: TrainingNetwork): Batch {
  const images = drawInput(imageShape.reduce((product, extent) => product * extent, batch));
  const labels = drawInput(batch, classes);
  if (images instanceof Float32Array && labels instanceof Int32Array) return { images, labels };
  throw new Error('images are real numbers, labels are whole');
}

/**
 * The fastest backend: each trains a network of its own for a few steps. Some lack a gradient and cannot. The fastest then starts again
 * with a new network.
 */
async function bestBackend(network: TrainingNetwork, weights: Weights, batch: Batch) {
  const tf = loadTensorFlow();
  let best: { readonly backend: Backend; readonly milliseconds: number; readonly peakBytes: number } | undefined;
  for (const backend of backends) {
    const { run, step } = await createTrainer(tf, backend, network, weights, batch);
    const milliseconds = fastestStep(run);
    if (milliseconds >= (best?.milliseconds ?? Number.POSITIVE_INFINITY)) continue;
    const { peakBytes } = await tf.profile(step);
    best = { backend, milliseconds, peakBytes };
  }
  if (best === undefined) throw new Error(`TensorFlow.js cannot train ${network.name}`);
  const { backend, peakBytes } = best;
  const { run, createMilliseconds } = await createTrainer(tf, backend, network, weights, batch);
  const contestant: Contestant = {
    run,
    shippedBytes: runtimeBytes(backend),
    // The wasm backend has a heap; of the other one the peak of the tensors is counted.
    memoryBytes: () => tf.backend().wasm?.HEAPU8.length ?? peakBytes,
    createMilliseconds,
  };
  return { backend, contestant };
}

/** Milliseconds of the fastest of some steps; infinite if a step fails. */
function fastestStep(run: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  try {
    for (let step = 0; step < 4; step++) {
      const start = performance.now();
      run();
      fastest = Math.min(fastest, performance.now() - start);
    }
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  return fastest;
}

async function createTrainer(
  tf: TensorFlow,
  backend: Backend,
  network: TrainingNetwork,
  weights: Weights,
  { images, labels }: Batch,
) {
  const start = performance.now();
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
  const logits = network.logits(tf, weights);
  const optimiser = tf.train.sgd(learningRate);
  const createMilliseconds = performance.now() - start;
  const step = (): TfTensor =>
    tf.tidy(() => {
      const x = tf.tensor(images, [network.batch, ...network.imageShape]);
      const target = tf.oneHot(tf.tensor(labels, [network.batch], 'int32'), classes);
      return optimiser.minimize(() => tf.losses.softmaxCrossEntropy(target, logits(x)), true);
    });
  const run = (): Float32Array => {
    const loss = step();
    const value = loss.dataSync();
    loss.dispose();
    return value;
  };
  return { run, step, createMilliseconds };
}
