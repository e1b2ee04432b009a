/** A student learns in large steps from points some of which are labelled wrongly; a teacher is the mean of what it was, and errs less. */
import { orQuit } from '../digits/outcome.ts';
import { chipOf, type Learned, largest, repeat } from './learn.ts';
import { normal, randomNumbers } from './random.ts';

const batch = 32;
const tests = 1000;
const wrongLabels = 0.15;

/** Trains, and counts how many of a thousand other points each of both tells right. */
export async function averageWeights(
  steps: number,
): Promise<Learned & { readonly student: number; readonly teacher: number }> {
  const chip = await chipOf('spirals', { 'student.n': String(tests), 'teacher.n': String(tests) });
  const random = randomNumbers(3);
  console.log('A student learns from labels of which some are wrong; a teacher is its mean.');
  const learned = repeat(steps, () => {
    const { point, label } = points(batch, random);
    const noisy = label.map(each => (random() < wrongLabels ? 1 - each : each));
    return orQuit(chip.run('fit', { point, label: noisy }))['loss'][0];
  });
  const { point, label } = points(tests, random);
  const [student, teacher] = ['student', 'teacher'].map(name => {
    const { output } = orQuit(chip.run(name, { point }));
    return label.filter((each, i) => largest(output.subarray(2 * i, 2 * i + 2)) === each).length / tests;
  });
  console.log(`The student tells ${percent(student)} of the points right, the teacher ${percent(teacher)}.`);
  return { ...learned, student, teacher };
}

/** Points near two spirals of a turn and a half. */
function points(count: number, random: () => number): { readonly point: Float32Array; readonly label: Int32Array } {
  const point = new Float32Array(2 * count);
  const label = Int32Array.from({ length: count }, (_, i) => {
    const spiral = random() < 0.5 ? 0 : 1;
    const along = Math.sqrt(random());
    const angle = 3 * Math.PI * along + Math.PI * spiral;
    point[2 * i] = along * Math.cos(angle) + 0.03 * normal(random);
    point[2 * i + 1] = along * Math.sin(angle) + 0.03 * normal(random);
    return spiral;
  });
  return { point, label };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
