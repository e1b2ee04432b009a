/**
 * The network begins with random weights and learns from 9,000 digits on a chip of 64 tiles: forward, backward and update are one
 * program, in memory that is fixed before the first step.
 *
 * 1. Compile the training and the model that uses what it learns into one file.
 * 2. Load it as a chip; a seed decides the first weights.
 * 3. Train, and classify the test digits after each epoch.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Chip, createChip, loadArtifact, train } from '@tessera-dnn/chip';
import { type Artifact, compile } from '@tessera-dnn/compiler';
import { type ChipSpec, mostThreads, tinyChip } from '@tessera-dnn/machine';
import { classify } from './classify.ts';
import { testDigits, trainingDigits } from './digits.ts';
import { orQuit } from './outcome.ts';
import { besideProgress, showEpoch, showTotals, trainingTitle } from './training-report.ts';

const spec: ChipSpec = { ...tinyChip, tiles: 64, sramBytes: 128 * 1024 };
const epochs = 5;

export async function learnDigits(): Promise<void> {
  const began = performance.now();
  const artifact = compileLearning();
  const compileSeconds = (performance.now() - began) / 1000;
  const chip = orQuit(await createChip(orQuit(await loadArtifact(artifact.bytes)), { seed: 3, threads: 'auto' }));
  const before = chip.memory.buffer;
  const tests = testDigits();
  const digits = trainingDigits();
  console.log(trainingTitle({ chip: spec, epochs, samples: digits.label.length }));

  const progress = besideProgress();
  let [steps, stepMilliseconds] = [0, 0];
  orQuit(
    await train(
      chip,
      'learn',
      { ...digits },
      {
        epochs,
        seed: 3,
        onStep: ({ epoch, batch, loss, hostMilliseconds }, { batches }) => {
          steps++;
          stepMilliseconds += hostMilliseconds;
          progress.show({ epoch, batch, batches, loss });
        },
        onEpoch: ({ epoch, loss, samplesPerSecond }) => {
          progress.clear();
          console.log(showEpoch({ epoch, loss, right: rightOf(chip, tests), of: tests.length, samplesPerSecond }));
        },
      },
    ),
  );
  console.log(
    showTotals({
      chip: spec,
      report: artifact.report,
      cycles: artifact.manifest.programs['learn'].cycles,
      compileSeconds,
      milliseconds: stepMilliseconds / steps,
      steps,
      // A memory that had grown would have a new buffer.
      fixed: chip.memory.buffer === before,
      threads: chip.threads,
    }),
  );
  chip.dispose();
}

/** The texts are `learn.dnn` and what it imports. Strict arithmetic learns the same weights on every host, on any number of threads. */
function compileLearning(): Artifact {
  const read = (name: string) => ({ name, text: readFileSync(new URL(name, import.meta.url), 'utf8') });
  return orQuit(
    compile(read('learn.dnn'), {
      chip: spec,
      math: 'strict',
      load: read,
      set: { epochs: String(epochs) },
      threads: Math.min(availableParallelism(), mostThreads),
    }),
  );
}

function rightOf(chip: Chip, digits: ReturnType<typeof testDigits>): number {
  return digits.filter(digit => classify(chip, 'digit', digit).label === digit.label).length;
}
