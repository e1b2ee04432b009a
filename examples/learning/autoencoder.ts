/**
 * An autoencoder that was trained on threes alone compresses digits to eight numbers and back. It reconstructs other digits less well,
 * which is how such networks detect machines that sound wrong.
 */
import { type Digit, testDigits, trainingDigits } from '../digits/digits.ts';
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned, learn } from './learn.ts';

const known = 3;
/** The network takes 640 numbers: 28 rows of the 20 columns in the middle, filled up with zeros. */
const inputs = 640;

export async function findOddDigits(steps: number): Promise<Learned & { readonly separated: number }> {
  const chip = await chipWith('autoencoder');
  const { image, label } = trainingDigits();
  const threes = Array.from(label.keys()).filter(i => label[i] === known);
  const frames = new Float32Array(inputs * threes.length);
  threes.forEach((digit, i) => {
    frames.set(middle(image.subarray(784 * digit, 784 * (digit + 1))), inputs * i);
  });
  console.log(`An autoencoder sees ${threes.length} threes.`);
  const learned = await learn(chip, { frames }, steps);

  const errorOf = (digit: Digit) => orQuit(chip.run('autoencoder', { frames: middle(digit.image) }))['error'][0];
  const tests = testDigits();
  const errors = tests.filter(({ label }) => label === known).map(errorOf);
  const others = tests.filter(({ label }) => label !== known).map(errorOf);
  const separated = shareOfPairs(errors, others);
  console.log(
    `Of a new three and another digit, it gives the three back better in ${(100 * separated).toFixed(1)} % of all pairs.`,
  );
  return { ...learned, separated };
}

function middle(image: Float32Array): Float32Array {
  const columns = new Float32Array(inputs);
  for (let row = 0; row < 28; row++) columns.set(image.subarray(28 * row + 4, 28 * row + 24), 20 * row);
  return columns;
}

/** The share of pairs in which the first is smaller, which is the area under the curve (AUC) of a detector. */
function shareOfPairs(smaller: readonly number[], larger: readonly number[]): number {
  const found = smaller.reduce((sum, a) => sum + larger.filter(b => a < b).length, 0);
  return found / (smaller.length * larger.length);
}
