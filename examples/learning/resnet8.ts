/** A residual network with batch norm reads digits in any two colours; tests use the running statistics of its training. */
import { testDigits, trainingDigits } from '../digits/digits.ts';
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned, largest, learn } from './learn.ts';

const side = 32;
/** One third of the training digits is enough. */
const every = 3;

export async function readColours(steps: number): Promise<Learned & { readonly accuracy: number }> {
  const chip = await chipWith('resnet8');
  const { image, label } = trainingDigits();
  const chosen = Array.from(label.keys()).filter(i => i % every === 0);
  const pictures = new Float32Array(3 * side * side * chosen.length);
  chosen.forEach((digit, i) => {
    pictures.set(coloured(image.subarray(784 * digit, 784 * (digit + 1)), i), 3 * side * side * i);
  });
  console.log(`ResNet-8 reads ${chosen.length.toLocaleString('en-US')} digits in colours.`);
  const labels = Int32Array.from(chosen, i => label[i]);
  const learned = await learn(chip, { image: pictures, label: labels }, steps);

  const tests = testDigits();
  const read = (digit: Float32Array, i: number) =>
    largest(orQuit(chip.run('resnet8', { image: coloured(digit, i + 17) })).output);
  const right = tests.filter((digit, i) => read(digit.image, i) === digit.label);
  console.log(
    `It reads ${right.length} of ${tests.length.toLocaleString('en-US')} other digits right, in other colours.`,
  );
  return { ...learned, accuracy: right.length / tests.length };
}

/** f32[3, 32, 32]: the digit in the middle, light ink on darker paper, in colours that depend on `i`. */
function coloured(image: Float32Array, i: number): Float32Array {
  const picture = new Float32Array(3 * side * side);
  for (let channel = 0; channel < 3; channel++) {
    const share = ((Math.imul(i + 1, 2654435761) >>> (8 * channel)) % 256) / 255;
    const paper = share - 1;
    const ink = share * share;
    const plane = picture.subarray(channel * side * side, (channel + 1) * side * side).fill(paper);
    image.forEach((value, at) => {
      plane[(Math.floor(at / 28) + 2) * side + (at % 28) + 2] = paper + value * (ink - paper);
    });
  }
  return picture;
}
