/** A small transformer learns a text, the language's prelude, character by character, and then writes more text like it. */
import type { Chip } from '@tessera-dnn/chip';
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned, learn } from './learn.ts';
import { preludeCodes, windowsOf } from './text.ts';

/** The same numbers as in gpt.dnn. */
const [vocabulary, window] = [128, 64];
/** The number of characters between the beginnings of two samples. */
const stride = 5;

export async function writeText(steps: number): Promise<Learned & { readonly sample: string }> {
  const codes = preludeCodes();
  const set = { width: '96', layers: '3', updates: String(steps), peak_rate: '3e-3' };
  const chip = await chipWith('gpt', set);
  console.log(`A transformer reads ${codes.length.toLocaleString('en-US')} characters of the prelude.`);
  const learned = await learn(chip, windowsOf(codes, window, stride), steps);
  console.log(`Guessing any of ${vocabulary} characters has a loss of ${Math.log(vocabulary).toFixed(3)}, knowing how`);
  console.log(`often each of them comes ${entropy(codes).toFixed(3)}, and the network ${learned.last.toFixed(3)}.\n`);
  const sample = write(chip, 'block dense(', 400);
  console.log(sample);
  return { ...learned, sample };
}

/** The mean of -log p, where p is the share of each character in the text. */
function entropy(codes: Int32Array): number {
  const counts = new Float64Array(vocabulary);
  for (const code of codes) counts[code]++;
  return counts.reduce(
    (sum, count) => sum - (count > 0 ? (count / codes.length) * Math.log(count / codes.length) : 0),
    0,
  );
}

/** `begin` and `count` more characters, each drawn with the probabilities that the network gives for the window before it. */
function write(chip: Chip, begin: string, count: number): string {
  const codes = Array.from(begin, character => character.charCodeAt(0));
  const random = uniformNumbers(7);
  for (let i = 0; i < count; i++) {
    const seen = codes.slice(-window);
    const ids = new Int32Array(window);
    ids.set(seen);
    // What comes after a character in the window has no influence on the logits there.
    const { output } = orQuit(chip.run('gpt', { ids }));
    codes.push(draw(output.subarray((seen.length - 1) * vocabulary, seen.length * vocabulary), random()));
  }
  return String.fromCharCode(...codes);
}

const temperature = 0.7;

/** Draws a class by the probabilities of the logits; `chance` is a random number in [0, 1). */
function draw(logits: ArrayLike<number>, chance: number): number {
  const top = Math.max(...Array.from(logits));
  const weights = Array.from(logits, logit => Math.exp((logit - top) / temperature));
  let left = chance * weights.reduce((sum, weight) => sum + weight);
  return Math.max(
    0,
    weights.findIndex(weight => {
      left -= weight;
      return left < 0;
    }),
  );
}

/** A linear congruential generator: good enough to draw letters, and the same in every run. */
function uniformNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
