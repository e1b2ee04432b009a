/**
 * Everything before the first step: reads the data, compiles and loads the program, gives variables their first values, and finds where a
 * resumed training goes on.
 */
import { type Chip, createChip, createTraining, type Training } from '@tessera-dnn/chip';
import type { Plan } from '@tessera-dnn/compiler';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { metadataName } from '@tessera-dnn/formats';
import type { Manifest, ManifestProgram } from '@tessera-dnn/machine';
import { type Classes, classesOf, dimensionsOf, fitted, type GivenInputs, readGiven } from '../data/given.ts';
import type { Code } from '../explain/catalogue.ts';
import { conversionOf } from '../flags/files.ts';
import type { Lists } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { artifactOf, programIn } from '../running/artifact.ts';
import { limitFor } from '../running/limit.ts';
import { compiledThreads, threadsFor } from '../running/threads.ts';
import { type Initialised, initialised, loadWeights } from '../running/variables.ts';
import { failed, succeeded } from '../session.ts';
import { counted } from '../show/numbers.ts';
import type { Progress } from '../show/progress.ts';
import { type CheckpointFile, readCheckpoint } from './checkpoint-file.ts';
import { settingOf, type TrainingSetting } from './metadata.ts';
import { prepareValidation, readValidation, type Validation, type ValidationFlags } from './validation.ts';

export interface TrainFlags extends ValidationFlags {
  readonly data?: Lists;
  readonly epochs: number;
  /** If absent, the checkpoint's, or else 0. */
  readonly seed?: number;
  /** If absent, the checkpoint's, or else true. */
  readonly shuffle?: boolean;
  readonly log?: string;
  readonly curve?: string;
  readonly save?: string;
  readonly saveEvery?: number;
  readonly resume?: string;
  readonly checkFinite?: boolean;
  readonly json?: boolean;
}

export interface Prepared {
  readonly chip: Chip;
  readonly training: Training;
  readonly setting: TrainingSetting;
  /** The plan, if the program was compiled here. */
  readonly plan?: Plan;
  /** How many steps were done before; absent in a new training. */
  readonly resumed?: number;
  readonly seed: number;
  readonly initialised: Initialised;
  /** The names of classes, by the input that has their numbers. */
  readonly classes: Classes;
  readonly validation?: Validation;
}

/** All that a training needs. Undefined if something failed; all diagnostics are added to `diagnostics`. */
export async function prepare(
  io: Io,
  file: string,
  flags: TrainFlags,
  progress: Progress,
  diagnostics: Diagnostic[],
): Promise<Prepared | undefined> {
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    diagnostics.push(...outcome.diagnostics);
    return outcome.ok ? outcome.value : undefined;
  };
  const given = take(await readGiven(io, flags));
  const resumed = flags.resume === undefined ? undefined : take(readCheckpoint(io, flags.resume));
  const held = take(await readValidation(io, flags));
  if (!given || (flags.resume !== undefined && !resumed) || (flags.validate && !held)) return undefined;
  const classes = new Map([...classesOf(given), ...Object.entries(resumed?.findings.classes ?? {})]);
  const bind = {
    kind: 'train',
    bind: entry => dimensionsOf(entry, given, flags.batch),
  } as const satisfies Parameters<typeof artifactOf>[3];
  // Weights are loaded and not embedded, since training changes them.
  const compileFlags = { ...flags, weights: undefined, threads: compiledThreads(flags.threads) };
  const built = take(await artifactOf(io, file, compileFlags, bind, progress));
  const manifest = built?.artifact.manifest;
  if (manifest && flags.save !== undefined && !take(savable(manifest))) return undefined;
  const name = manifest && take(programIn(manifest, file, flags.program?.[0], 'train'));
  if (!built || !manifest || name === undefined) return undefined;
  const { seed = resumed?.checkpoint.progress.seed ?? 0, shuffle = resumed?.checkpoint.progress.shuffle } = flags;
  const data = take(fitted(name, manifest.programs[name], given, classes, conversionOf(flags)));
  if (!data) return undefined;
  const call = limitFor(file, built.artifact, flags.timeLimit);
  const runs = stepsOf(manifest.programs[name], given, flags.epochs);
  const threads = threadsFor(flags.threads, { file, manifest, program: name, runs });
  const chip = take(await createChip(built.artifact, { seed, call, threads }));
  if (!chip) return undefined;
  const settings = { inputs: data.inputs, seed, shuffle, rollback: flags.checkFinite };
  const training = take(createTraining(chip, name, data.data, settings));
  if (!training || !take(wantedBatch(training, flags.batch))) return undefined;
  const setting = settingOf(manifest, built.hash);
  const loaded = take(resumed ? resume(training, setting, resumed) : loadWeights(io, chip, flags));
  if (!loaded) return undefined;
  const { batchSize } = training;
  const { best, waiting } = resumed?.findings ?? {};
  const earlier = { classes, best, waiting };
  const task = held && { ...{ file, program: name, flags, batchSize, seed }, ...{ given: held, ...earlier } };
  const validation = task && take(await prepareValidation(io, task, progress));
  if (task && !validation) return undefined;
  progress.after('load');
  const steps = resumed?.checkpoint.progress.steps;
  return {
    chip,
    training,
    setting,
    plan: built.plan,
    resumed: steps,
    seed,
    initialised: initialised(manifest, loaded),
    ...{ classes, validation },
  };
}

/** About how many steps the training makes. */
function stepsOf({ inputs }: ManifestProgram, { data }: GivenInputs, epochs: number): number {
  const sampled = inputs.find(({ name }) => data.has(name));
  const samples = sampled && data.get(sampled.name)?.count;
  return sampled && samples ? (epochs * samples) / (sampled.shape[0] ?? 1) : epochs;
}

/** safetensors reserves one name, which no variable may have if the training is saved. */
function savable({ variables }: Manifest): Outcome<true> {
  if (variables.every(({ path }) => path !== metadataName)) return succeeded(true);
  const message = `no file of safetensors can hold a variable called ${metadataName}: the format keeps the name for itself`;
  return failed('unsavable-variable', message, 'rename it, or label a call around it with `as`');
}

function wantedBatch({ program, batchSize }: Training, wanted = batchSize): Outcome<true> {
  if (wanted === batchSize) return succeeded(true);
  const help = `make it a dimension, train ${program}[n = ${wanted}](…), or compile again`;
  return failed('fixed-batch', `a step of ${program} takes ${batchSize} samples, not ${wanted}`, help);
}

/**
 * Resumes from a checkpoint, which gives all variables their values: returns their paths. If the program was compiled differently then, the
 * training goes on, but not bit for bit as it would have; a warning says so.
 */
function resume(
  training: Training,
  here: TrainingSetting,
  { checkpoint, setting }: CheckpointFile,
): Outcome<ReadonlySet<string>> {
  const resumed = training.resume(checkpoint);
  if (!resumed.ok) return resumed;
  const paths = new Set(checkpoint.variables.keys());
  return succeeded(paths, givesSameBits(setting, here) ? [] : [changed(setting, here)]);
}

/** For another number of threads there is other code, which tells nothing of the program; the number itself changes no bit. */
function givesSameBits(there: TrainingSetting, here: TrainingSetting): boolean {
  if (there.threads === here.threads) return there.artifact === here.artifact;
  return there.chip === here.chip && there.tiles === here.tiles && there.math === here.math;
}

function changed(there: TrainingSetting, here: TrainingSetting): Diagnostic<Code> {
  const [was, is] = [there, here].map(({ chip, tiles, math }) => `${chip} (${counted(tiles, 'tile')}, ${math} math)`);
  const what =
    was === is
      ? 'the program was changed, or compiled otherwise, since the training stopped'
      : `the training was on ${was} and goes on on ${is}`;
  return { code: 'resumed-otherwise', severity: 'warning', message: `${what}: it will not give the same bits` };
}
