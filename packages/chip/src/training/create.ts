/** Makes a training of a program and its data. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Chip } from '../chip.ts';
import type { Code } from '../explain/catalogue.ts';
import { kindOf, tagOf } from '../foreign.ts';
import { programNamed } from '../names.ts';
import { failed, succeeded } from '../outcome.ts';
import { badSeed, isSeed } from '../seed.ts';
import { type Batches, cutBatches, missingData, type TrainingData } from './batches.ts';
import { fedInputs } from './feeds.ts';
import type { TrainingSettings } from './reports.ts';
import { Training } from './training.ts';

/**
 * Prepares to train `program` of `chip` on `data`, and runs nothing yet. Fails with `no-such-program`, `nothing-to-train` for a program
 * that is no training, `bad-seed`, `missing-data` for inputs without values, `wrong-type` for a number that its input does not have, and with
 * what `cutBatches` fails with. Samples that are left
 * over and fill no batch are a warning, `ragged-batch`.
 */
export function createTraining(
  chip: Chip,
  program: string,
  data: TrainingData,
  settings: TrainingSettings = {},
): Outcome<Training> {
  const found = programNamed(program, chip.manifest);
  if (!found.ok) return found;
  const { kind, inputs } = found.value;
  if (tagOf(data) !== 'Object')
    return failed('missing-data', `${program} takes data by name, and was given ${kindOf(data)}`);
  if (kind !== 'train') return failed('nothing-to-train', `${program} is a model: it is run, not trained`);
  const { seed = 0, inputs: feeds = {} } = settings;
  if (!isSeed(seed)) return badSeed(seed);
  const missing = inputs.filter(({ name }) => !Object.hasOwn(data, name) && !Object.hasOwn(feeds, name));
  const batches = cutBatches(program, found.value, data);
  const lacking = missingData(program, missing);
  // What a function gives is known in its step only.
  const numbers = Object.entries(feeds).filter(([, feed]) => typeof feed === 'number');
  const fed = fedInputs(program, found.value, Object.fromEntries(numbers), 1);
  if (!batches.ok || !fed.ok || lacking.length > 0) {
    return { ok: false, diagnostics: [...batches.diagnostics, ...fed.diagnostics, ...lacking] };
  }
  const { samples, batchSize, count } = batches.value;
  const training = new Training(chip, program, batches.value, settings);
  const rest = samples - batchSize * count;
  return rest === 0 ? succeeded(training) : { ...succeeded(training), diagnostics: [ragged(rest, batches.value)] };
}

function ragged(rest: number, { samples, batchSize }: Batches): Diagnostic<Code> {
  const message = `${samples} samples are no multiple of ${batchSize}: in every epoch ${rest} are left out`;
  return { code: 'ragged-batch', severity: 'warning', message };
}
