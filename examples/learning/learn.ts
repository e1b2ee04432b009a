/** What the examples share: loading a program on a chip, and a training loop that prints how the loss falls. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Chip, createChip, loadArtifact, type TrainingData, train } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import { orQuit } from '../digits/outcome.ts';

/** The models and the training of `examples/NAME.dnn`, for the chip on which they run fast, on all cores, with fresh weights. */
export async function chipWith(name: string, set: Readonly<Record<string, string>> = {}): Promise<Chip> {
  const text = readFileSync(new URL(`../${name}.dnn`, import.meta.url), 'utf8');
  const { bytes } = orQuit(compile({ name: `${name}.dnn`, text }, { set, threads }));
  return orQuit(await createChip(orQuit(await loadArtifact(bytes)), { seed: 1, threads: 'auto' }));
}

/** The programs of `nets/NAME.dnn`, on one thread: they are small. */
export async function chipOf(name: string, set: Readonly<Record<string, string>> = {}): Promise<Chip> {
  const text = readFileSync(new URL(`nets/${name}.dnn`, import.meta.url), 'utf8');
  const { bytes } = orQuit(compile({ name: `${name}.dnn`, text }, { set }));
  return orQuit(await createChip(orQuit(await loadArtifact(bytes)), { seed: 1 }));
}

/** More are of little use to networks of this size. */
const threads = Math.min(availableParallelism(), 8);

export interface Learned {
  /** The mean losses of the first and the last tenth of the steps. */
  readonly first: number;
  readonly last: number;
}

/** Takes `steps` steps of `fit`, through the data as often as that needs, and prints a line for each tenth of them. */
export async function learn(chip: Chip, data: TrainingData, steps: number): Promise<Learned> {
  const stop = new AbortController();
  const means: number[] = [];
  let [losses, began]: [number[], number] = [[], performance.now()];
  console.log('\n   step     loss   ms a step');
  const trained = await train(chip, 'fit', data, {
    epochs: Number.POSITIVE_INFINITY,
    signal: stop.signal,
    onStep: ({ step, loss = Number.NaN }) => {
      losses.push(loss);
      if (step >= steps) stop.abort();
      if (losses.length < steps / 10 && step < steps) return;
      means.push(losses.reduce((sum, x) => sum + x) / losses.length);
      const milliseconds = (performance.now() - began) / losses.length;
      console.log(
        `${String(step).padStart(7)}  ${means[means.length - 1].toFixed(4).padStart(7)}  ${milliseconds.toFixed(1).padStart(10)}`,
      );
      [losses, began] = [[], performance.now()];
    },
  });
  orQuit(trained);
  console.log();
  return { first: means[0], last: means[means.length - 1] };
}

/** Takes `steps` steps, each of which gives its loss, and prints a line for each tenth of them. */
export function repeat(steps: number, take: (step: number) => number): Learned {
  const means: number[] = [];
  let [sum, count, began] = [0, 0, performance.now()];
  console.log('\n   step     loss   ms a step');
  for (let step = 0; step < steps; step++) {
    sum += take(step);
    count++;
    if (count < steps / 10 && step + 1 < steps) continue;
    means.push(sum / count);
    const milliseconds = (performance.now() - began) / count;
    const mean = means[means.length - 1].toFixed(4);
    console.log(`${String(step + 1).padStart(7)}  ${mean.padStart(7)}  ${milliseconds.toFixed(2).padStart(10)}`);
    [sum, count, began] = [0, 0, performance.now()];
  }
  console.log();
  return { first: means[0], last: means[means.length - 1] };
}

/** The index of the largest score. */
export function largest(scores: ArrayLike<number>): number {
  const list = Array.from(scores);
  return list.indexOf(Math.max(...list));
}
