/** Two ways to make points like those of eight heaps on a ring, from samples alone. */
import type { Chip } from '@tessera-dnn/chip';
import { orQuit } from '../digits/outcome.ts';
import { chipOf, type Learned, repeat } from './learn.ts';
import { normal, randomNumbers } from './random.ts';

const heaps = 8;
const [radius, deviation] = [2, 0.1];
const batch = 128;
const made = 1000;

export interface Imitated extends Learned {
  /** Of the heaps that have at least a fiftieth of the points. */
  readonly heaps: number;
  /** The share of points within four deviations of a heap. */
  readonly near: number;
}

/** A generative adversarial network. */
export async function imitateByGan(steps: number): Promise<Imitated> {
  const chip = await chipOf('ring', { 'generator.n': String(made) });
  const real = samples(randomNumbers(1));
  console.log('A generator learns to deceive a critic (GAN).');
  const learned = repeat(steps, () => orQuit(chip.run('adversarial', { real: real() }))['loss'][0]);
  return { ...learned, ...judged(chip) };
}

/** A Wasserstein GAN with a gradient penalty: five steps of the critic for one of the generator. */
export async function imitateByWgan(steps: number): Promise<Imitated> {
  const chip = await chipOf('ring', { 'generator.n': String(made) });
  const real = samples(randomNumbers(1));
  console.log('A generator learns from a critic with a bounded slope (WGAN-GP).');
  const learned = repeat(steps, () => {
    let distance = 0;
    for (let i = 0; i < 5; i++) [distance] = orQuit(chip.run('judge', { real: real() }))['distance'];
    orQuit(chip.run('imitate'));
    return distance;
  });
  return { ...learned, ...judged(chip) };
}

/** Batches of points of the heaps, x and y in turns. */
function samples(random: () => number): () => Float32Array {
  return () => {
    const points = new Float32Array(2 * batch);
    for (let i = 0; i < batch; i++) points.set(centre(Math.floor(random() * heaps)), 2 * i);
    return points.map(x => x + deviation * normal(random));
  };
}

function centre(heap: number): readonly [number, number] {
  const angle = (2 * Math.PI * heap) / heaps;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** What the generator has learnt: of a thousand points, how many are where they should be, and on how many heaps. */
function judged(chip: Chip): Pick<Imitated, 'heaps' | 'near'> {
  const random = randomNumbers(2);
  const noise = Float32Array.from({ length: 4 * made }, () => normal(random));
  const { output } = orQuit(chip.run('generator', { noise }));
  const counts = new Array<number>(heaps).fill(0);
  for (let i = 0; i < made; i++) {
    const distances = counts.map((_, heap) => {
      const [x, y] = centre(heap);
      return Math.hypot(output[2 * i] - x, output[2 * i + 1] - y);
    });
    const nearest = distances.indexOf(Math.min(...distances));
    if (distances[nearest] < 4 * deviation) counts[nearest]++;
  }
  const near = counts.reduce((sum, count) => sum + count) / made;
  const found = counts.filter(count => count >= made / 50).length;
  console.log(`${(100 * near).toFixed(1)} % of its points lie on a heap, and ${found} of ${heaps} heaps have some.`);
  return { heaps: found, near };
}
