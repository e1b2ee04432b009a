/**
 * Trains networks of `examples/`, each in a minute or two on one core: `npm run learn gpt`, `npm run learn lstm 200`. The second argument
 * is the number of steps.
 */
import { findOddDigits } from './autoencoder.ts';
import { playCatch } from './catch.ts';
import { writeText } from './gpt.ts';
import { solveHeat } from './heat.ts';
import { readRows } from './lstm.ts';
import { readColours } from './resnet8.ts';
import { imitateByGan, imitateByWgan } from './ring.ts';
import { hearSounds } from './speech.ts';
import { averageWeights } from './spirals.ts';
import { learnToWrite } from './writer.ts';

const examples = {
  gpt: { run: writeText, steps: 1000 },
  lstm: { run: readRows, steps: 840 },
  autoencoder: { run: findOddDigits, steps: 600 },
  resnet8: { run: readColours, steps: 420 },
  heat: { run: solveHeat, steps: 3000 },
  gan: { run: imitateByGan, steps: 5000 },
  wgan: { run: imitateByWgan, steps: 2000 },
  dqn: { run: playCatch, steps: 4000 },
  teacher: { run: averageWeights, steps: 3000 },
  speech: { run: hearSounds, steps: 300 },
  writer: { run: (steps: number) => learnToWrite(steps, 1500), steps: 1500 },
};

const [name = '', steps] = process.argv.slice(2);
if (Object.hasOwn(examples, name)) {
  const { run, steps: usual } = examples[name as keyof typeof examples];
  await run(steps === undefined ? usual : Number(steps));
} else {
  console.error(`which one? ${Object.keys(examples).join(', ')}`);
  process.exitCode = 2;
}
