/**
 * Runs a program over a whole data set, on chips of its own. A text is compiled for whole batches, and once more for the samples that are left over,
 * so that every sample counts; a training becomes what it computes without its updates.
 */
import {
  type Chip,
  copyVariables,
  createChip,
  createEvaluation,
  type Evaluation,
  type EvaluationResult,
  type Threads,
  type TrainingData,
} from '@tessera-dnn/chip';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram } from '@tessera-dnn/machine';
import { type Classes, dimensionsOf, type Fitted, fitted, type GivenInputs, takesBatches } from '../data/given.ts';
import type { Code } from '../explain/catalogue.ts';
import type { CompileFlags } from '../flags/compile.ts';
import { conversionOf } from '../flags/files.ts';
import type { Io } from '../io.ts';
import { artifactOf, type BuiltArtifact, programIn } from '../running/artifact.ts';
import { limitFor } from '../running/limit.ts';
import { compiledThreads, threadsFor } from '../running/threads.ts';
import { failed, succeeded } from '../session.ts';
import { counted } from '../show/numbers.ts';
import type { Progress } from '../show/progress.ts';
import { runAll } from './combined.ts';

export interface EvaluationFlags extends Omit<CompileFlags, 'threads'> {
  readonly threads?: Threads;
  readonly batch?: number;
  readonly timeLimit?: number;
}

/** What is evaluated: a program of a file, on data. */
export interface EvaluationTask {
  readonly file: string;
  readonly program: string;
  readonly flags: EvaluationFlags;
  readonly seed: number;
  readonly given: GivenInputs;
  /** The names of classes, by the input that has their numbers. */
  readonly classes: Classes;
  /** Values of inputs that the program does not have are no mistake: they are for another one. */
  readonly sharesValues?: boolean;
}

export interface Evaluator {
  readonly name: string;
  readonly program: ManifestProgram;
  readonly manifest: Manifest;
  readonly data: Fitted;
  /** How many samples count. */
  readonly samples: number;
  readonly batchSize: number;
  readonly chips: readonly Chip[];
  /** Runs over all samples, or until a signal ends it. Fails with what `Chip.run` fails with. */
  readonly run: (options: { readonly keep?: readonly string[]; readonly signal?: AbortSignal }) => Promise<Ran>;
}

type Ran = Outcome<EvaluationResult>;

/** Gives all chips of the evaluator the variables of another chip, which keeps its own. */
export function follow({ chips }: Evaluator, from: Chip): Outcome<void> {
  const copied = chips.map(chip => copyVariables(from, chip));
  return copied.find(({ ok }) => !ok) ?? succeeded(undefined);
}

/** Compiles and loads the program, and converts its data: whatever is wrong with them is told before the first run. */
export async function evaluatorOf(io: Io, task: EvaluationTask, progress: Progress): Promise<Outcome<Evaluator>> {
  const whole = await build(io, task, task.flags.batch, progress);
  if (!whole.ok) return whole;
  const { manifest } = whole.value.artifact;
  const name = programIn(manifest, task.file, task.program, 'model');
  if (!name.ok) return name;
  const program = manifest.programs[name.value];
  const own = task.sharesValues ? ownValues(task.given, program) : task.given;
  const data = fitted(name.value, program, own, task.classes, conversionOf(task.flags));
  if (!data.ok) return data;
  const batchSize = program.inputs.find(input => task.given.data.has(input.name))?.shape[0] ?? 1;
  const samples = samplesOf(task.given);
  if (!samples.ok) return samples;
  const evaluations: Evaluation[] = [];
  for (const piece of piecesOf(samples.value, batchSize, whole.value.isSized)) {
    const built = piece.batch === batchSize ? whole : await build(io, task, piece.batch, progress);
    const made = built.ok ? await evaluationOf(task, built.value, data.value, piece) : built;
    if (!made.ok) return made;
    evaluations.push(made.value);
  }
  const rest = whole.value.isSized ? 0 : samples.value % batchSize;
  const left = rest > 0 ? [leftOut(rest, samples.value, batchSize)] : [];
  const facts = { name: name.value, program, manifest, data: data.value, samples: samples.value - rest, batchSize };
  const chips = evaluations.map(({ chip }) => chip);
  return succeeded({ ...facts, chips, run: options => runAll(evaluations, options) }, [
    ...whole.diagnostics,
    ...data.diagnostics,
    ...left,
  ]);
}

function ownValues({ data, values }: GivenInputs, { inputs }: ManifestProgram): GivenInputs {
  return { data, values: new Map([...values].filter(([name]) => inputs.some(input => input.name === name))) };
}

/** How many samples there are of every input, which must be as many. */
function samplesOf({ data }: GivenInputs): Outcome<number> {
  const counts = new Set([...data.values()].map(({ count }) => count));
  const [samples = 0] = counts;
  if (counts.size <= 1) return succeeded(samples);
  const found = [...data].map(([name, { count }]) => `${name} ${count}`).join(', ');
  return failed('uneven-data', `the data has different numbers of samples: ${found}`);
}

function leftOut(rest: number, samples: number, batch: number): Diagnostic<Code> {
  const message = `${counted(samples, 'sample')} are no multiple of ${batch}, for which the program was compiled: ${rest} are left out`;
  const help = 'evaluate its text, or compile it for batches that divide them';
  return { code: 'ragged-batch', severity: 'warning', message, help };
}

/** Some of the samples, and the batches in which they are run. */
interface Piece {
  readonly begin: number;
  readonly end: number;
  readonly batch: number;
}

function piecesOf(samples: number, batch: number, isSized: boolean): readonly Piece[] {
  const rest = samples % batch;
  if (!isSized || rest === 0) return [{ begin: 0, end: samples, batch }];
  const last = { begin: samples - rest, end: samples, batch: rest };
  return rest === samples ? [last] : [{ begin: 0, end: samples - rest, batch }, last];
}

/** `isSized` tells whether it could be compiled for batches of any other size. */
type Built = BuiltArtifact & { readonly isSized: boolean };

async function build(
  io: Io,
  { file, flags, program, given }: EvaluationTask,
  batch: number | undefined,
  progress: Progress,
): Promise<Outcome<Built>> {
  let isSized = false;
  const own = {
    ...{ ...flags, program: [program], weights: undefined, evaluation: true },
    threads: compiledThreads(flags.threads),
  };
  const built = await artifactOf(
    io,
    file,
    own,
    {
      kind: 'model',
      bind: entry => {
        isSized = takesBatches(entry, given);
        return dimensionsOf(entry, given, batch);
      },
    },
    progress,
  );
  return built.ok ? { ...built, value: { ...built.value, isSized } } : built;
}

async function evaluationOf(
  { file, flags, seed, program }: EvaluationTask,
  { artifact }: Built,
  { data, inputs }: Fitted,
  { begin, end, batch }: Piece,
): Promise<Outcome<Evaluation>> {
  const call = limitFor(file, artifact, flags.timeLimit);
  const runs = (end - begin) / batch;
  const threads = threadsFor(flags.threads, { file, manifest: artifact.manifest, program, runs });
  const chip = await createChip(artifact, { seed, call, threads });
  return chip.ok ? createEvaluation(chip.value, program, rowsOf(data, begin, end), { inputs }) : chip;
}

function rowsOf(data: Fitted['data'], begin: number, end: number): TrainingData {
  return Object.fromEntries(
    Object.entries(data).map(
      ([
        name,
        {
          shape: [count, ...sample],
          data,
        },
      ]) => {
        const size = count === 0 ? 0 : data.length / count;
        return [name, { shape: [end - begin, ...sample], data: data.subarray(begin * size, end * size) }];
      },
    ),
  );
}
