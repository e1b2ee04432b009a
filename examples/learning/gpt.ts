/** A small transformer learns a text character by character, the language's own prelude, and writes on in its manner. */
import type { Chip } from '@tessera/chip';
import { preludeSources } from '@tessera/language';
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned, learn } from './learn.ts';

/** As in gpt.dnn. */
const [vocabulary, window] = [128, 64];
/** Characters between the beginnings of two samples. */
const stride = 5;

export async function writeText(steps: number): Promise<Learned & { readonly sample: string }> {
  const text = preludeSources.map(source => source.text).join('\n');
  const codes = Int32Array.from(text.replaceAll(/[^\n -~]/g, ''), character => character.charCodeAt(0));
  const set = { width: '96', layers: '3', updates: String(steps), peak_rate: '3e-3' };
  const chip = await chipWith('gpt', set);
  console.log(`A transformer reads ${codes.length.toLocaleString('en-US')} characters of the prelude.`);
  const learned = await learn(chip, samplesOf(codes), steps);
  console.log(`Guessing any of ${vocabulary} characters has a loss of ${Math.log(vocabulary).toFixed(3)}, knowing how`);
  console.log(`often each of them comes ${entropy(codes).toFixed(3)}, and the network ${learned.last.toFixed(3)}.\n`);
  const sample = write(chip, 'block dense(', 400);
  console.log(sample);
  return { ...learned, sample };
}

/** Windows of the text, and the same one character later. */
function samplesOf(codes: Int32Array): { readonly ids: Int32Array; readonly following: Int32Array } {
  const count = Math.floor((codes.length - window - 1) / stride) + 1;
  const from = (shift: number) => {
    const samples = new Int32Array(count * window);
    for (let i = 0; i < count; i++) {
      samples.set(codes.subarray(i * stride + shift, i * stride + shift + window), i * window);
    }
    return samples;
  };
  return { ids: from(0), following: from(1) };
}

/** Mean of -log p, with the share of each character in the text as its p. */
function entropy(codes: Int32Array): number {
  const counts = new Float64Array(vocabulary);
  for (const code of codes) counts[code]++;
  return counts.reduce(
    (sum, count) => sum - (count > 0 ? (count / codes.length) * Math.log(count / codes.length) : 0),
    0,
  );
}

/** `begin` and `count` more characters, each drawn by what the network says of the window before it. */
function write(chip: Chip, begin: string, count: number): string {
  const codes = Array.from(begin, character => character.charCodeAt(0));
  const random = uniformNumbers(7);
  for (let i = 0; i < count; i++) {
    const seen = codes.slice(-window);
    const ids = new Int32Array(window);
    ids.set(seen);
    // What stands behind the last seen character has no influence on its logits.
    const { output } = orQuit(chip.run('gpt', { ids }));
    codes.push(draw(output.subarray((seen.length - 1) * vocabulary, seen.length * vocabulary), random()));
  }
  return String.fromCharCode(...codes);
}

const temperature = 0.7;

/** The class whose share of the probabilities, one after the other, holds `chance` in [0, 1). */
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

/** A linear congruence: good enough to draw letters, and the same in every run. */
function uniformNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
