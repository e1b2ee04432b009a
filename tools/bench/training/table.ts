/** Shows measurements of training steps as a table. */
import type { Measurement } from '../measure.ts';
import { costCells, costHeads, layOut, time } from '../table.ts';
import type { TrainingNetwork } from './network.ts';

const heads = ['', 'ours ms', 'tfjs ms', 'backend', 'ratio', 'PyTorch ms', ...costHeads(['theirs']), 'bar'];

/** How many times faster than TensorFlow.js a step should be. */
const leastRatio = 10;

export function showTraining(rows: readonly (readonly [TrainingNetwork, Measurement])[], peak: number): string {
  return layOut(
    heads,
    rows.map(([network, measurement]) => cells(network, measurement, peak)),
  );
}

function cells(network: TrainingNetwork, measurement: Measurement, peak: number): string[] {
  const { name, ours, peers } = measurement;
  const [theirs] = peers;
  const ratio = theirs.milliseconds / ours.milliseconds;
  return [
    name.replace('training ', ''),
    time(ours.milliseconds),
    time(theirs.milliseconds),
    theirs.name,
    `${ratio.toFixed(1)}×`,
    time(network.pytorchMilliseconds),
    ...costCells(measurement, peak),
    trainingVerdict(network, ratio, ours.milliseconds),
  ];
}

/** What a step should reach, and whether it does: ten times the speed of TensorFlow.js and, for one image, that of PyTorch. */
export function trainingVerdict(
  { batch, pytorchMilliseconds }: TrainingNetwork,
  ratio: number,
  milliseconds: number,
): string {
  const parts = [`${ratio >= leastRatio ? '✓' : '✗'} ≥ ${leastRatio}×`];
  if (batch === 1) parts.push(`${milliseconds < pytorchMilliseconds ? '✓' : '✗'} faster than PyTorch`);
  return parts.join(', ');
}
