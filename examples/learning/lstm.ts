/** A recurrent network reads digits as sequences, one row of pixels at a time, and says at the end which digit it was. */
import { testDigits, trainingDigits } from '../digits/digits.ts';
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned, largest, learn } from './learn.ts';

export async function readRows(steps: number): Promise<Learned & { readonly accuracy: number }> {
  const chip = await chipWith('lstm');
  const { image, label } = trainingDigits();
  console.log('An LSTM reads 9,000 digits row by row.');
  const learned = await learn(chip, { sequence: image, label }, steps);
  const tests = testDigits();
  const right = tests.filter(
    digit => largest(orQuit(chip.run('reader', { sequence: digit.image })).output) === digit.label,
  );
  console.log(`It reads ${right.length} of ${tests.length.toLocaleString('en-US')} other digits right.`);
  return { ...learned, accuracy: right.length / tests.length };
}
