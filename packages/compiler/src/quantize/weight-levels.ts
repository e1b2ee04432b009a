/** Weights as 8-bit levels with a scale for each output channel, so that the greatest of each channel has the last level. */
import { decibels } from './ranges.ts';

export interface WeightLevels {
  readonly levels: Int8Array<ArrayBuffer>;
  /** One for each place along the axis. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** How much larger the weights are than what is lost, in decibels. */
  readonly decibels: number;
}

/** The levels of row-major weights whose output channels lie along `axis`. Channels of zeros have the scale 1. */
export function weightLevels(weights: ArrayLike<number>, shape: readonly number[], axis: number): WeightLevels {
  const channels = shape[axis];
  const stride = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const channelOf = (i: number): number => Math.floor(i / stride) % channels;
  const reach = new Float64Array(channels);
  for (let i = 0; i < weights.length; i++) reach[channelOf(i)] = Math.max(reach[channelOf(i)], Math.abs(weights[i]));
  const scales = Float32Array.from(reach, far => (far === 0 ? 1 : Math.max(far / 127, 2 ** -126)));
  const levels = new Int8Array(weights.length);
  let [signal, noise] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const scale = scales[channelOf(i)];
    levels[i] = Math.min(Math.max(nearestEven(Math.fround(weights[i] / scale)), -127), 127);
    signal += weights[i] ** 2;
    noise += (weights[i] - levels[i] * scale) ** 2;
  }
  return { levels, scales, decibels: decibels(signal, noise) };
}

/** The nearest whole number, the even one of two. */
function nearestEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
}
