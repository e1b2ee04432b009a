/** Connectionist temporal classification: what was said, from sounds of unknown beginnings and lengths. */
import type { Chip } from '@tessera-dnn/chip';
import { orQuit } from '../digits/outcome.ts';
import { chipOf, type Learned, largest, repeat } from './learn.ts';
import { normal, randomNumbers } from './random.ts';

const [moments, bands, sounds, mostSounds] = [40, 12, 8, 5];
const batch = 16;
const tests = 200;

/** Trains, and listens to 200 other sentences. `errors` is the edit distance of what it writes, for each sound that was said. */
export async function hearSounds(steps: number): Promise<Learned & { readonly errors: number }> {
  const chip = await chipOf('speech');
  const random = randomNumbers(11);
  const spectra = Array.from({ length: sounds + 1 }, (_, sound) =>
    Array.from({ length: bands }, () => (sound === 0 ? 0 : normal(random))),
  );
  console.log('A network learns what is said, without being told when (CTC).');
  const learned = repeat(steps, () => {
    const sentences = Array.from({ length: batch }, () => sentence(spectra, random));
    return orQuit(chip.run('fit', together(sentences)))['loss'][0];
  });
  let [wrong, said] = [0, 0];
  for (let i = 0; i < tests; i++) {
    const { sound, text } = sentence(spectra, random);
    wrong += distance(listen(chip, sound), text);
    said += text.length;
  }
  const errors = wrong / said;
  console.log(`Of ${said} sounds in ${tests} other sentences it gets ${(100 * errors).toFixed(1)} % wrong.`);
  return { ...learned, errors };
}

interface Sentence {
  readonly sound: Float32Array;
  readonly text: readonly number[];
}

/** Sounds of 3 to 6 moments with pauses between them, and noise over all. */
function sentence(spectra: readonly (readonly number[])[], random: () => number): Sentence {
  const upTo = (count: number) => Math.floor(random() * count);
  const text = Array.from({ length: 2 + upTo(mostSounds - 1) }, () => 1 + upTo(sounds));
  const heard = text.flatMap(sound => [
    ...new Array<number>(1 + upTo(2)).fill(0),
    ...new Array<number>(3 + upTo(4)).fill(sound),
  ]);
  const sound = Float32Array.from({ length: moments * bands }, (_, i) => {
    const now = heard[Math.floor(i / bands)] ?? 0;
    return spectra[now][i % bands] + 0.7 * normal(random);
  });
  return { sound, text };
}

function together(sentences: readonly Sentence[]) {
  const sound = new Float32Array(batch * moments * bands);
  const text = new Int32Array(batch * mostSounds);
  sentences.forEach((each, i) => {
    sound.set(each.sound, i * moments * bands);
    text.set(each.text, i * mostSounds);
  });
  return { sound, text, length: Int32Array.from(sentences, each => each.text.length) };
}

/** The likeliest class of each moment, of which what repeats counts once and class 0 not at all. */
function listen(chip: Chip, sound: Float32Array): readonly number[] {
  const { output } = orQuit(chip.run('listener', { sound }));
  const classes = Array.from({ length: moments }, (_, i) =>
    largest(output.subarray(i * (sounds + 1), (i + 1) * (sounds + 1))),
  );
  return classes.filter((each, i) => each !== 0 && each !== classes[i - 1]);
}

/** How many sounds must be put in, left out or changed to make one text the other (Levenshtein 1966). */
function distance(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  a.forEach((sound, i) => {
    const above = row;
    row = [i + 1];
    b.forEach((other, j) => {
      row.push(Math.min(above[j + 1] + 1, row[j] + 1, above[j] + (sound === other ? 0 : 1)));
    });
  });
  return row[b.length];
}
