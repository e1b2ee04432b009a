/** `tessera evaluate`: runs a program over a whole data set, and says how good it is. */
import { stages } from '@tessera-dnn/compiler';
import { type Diagnostic, isError, type Outcome } from '@tessera-dnn/diagnostics';
import { type Command, InvalidArgumentError } from 'commander';
import { type Classes, classesOf, readGiven } from '../data/given.ts';
import { filesIn, openSamples } from '../data/open.ts';
import { chosenProgram } from '../evaluation/choice.ts';
import { confusionOf, type GivenLabels, labelledBy } from '../evaluation/confusion.ts';
import { type EvaluationFlags, type Evaluator, evaluatorOf } from '../evaluation/evaluator.ts';
import type { Code } from '../explain/catalogue.ts';
import { fileOfWeights, readWeights } from '../files/weights.ts';
import { addCompileFlags, addMemoryFlags } from '../flags/compile.ts';
import { refuseCompileFlags } from '../flags/compiled.ts';
import { addFileFlags, weightsFlag } from '../flags/files.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { seedFlag, threadsFlag, timeLimitFlag } from '../flags/running.ts';
import { count, fileLists, filePair, type Lists, type Pairs, pair } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { writeArrays } from '../running/files.ts';
import { unknownOutputs } from '../running/inputs.ts';
import { initialised, loadWeights } from '../running/variables.ts';
import { type ExitCode, type Session, signalCodes, succeeded } from '../session.ts';
import { type EvaluationSummary, evaluationJson, evaluationText } from '../show/evaluation.ts';
import { type Progress, showProgress } from '../show/progress.ts';

export interface EvaluateFlags extends EvaluationFlags {
  readonly data?: Lists;
  readonly input?: Pairs;
  readonly labels?: { readonly file: string; readonly output?: string };
  readonly output?: Pairs;
  readonly seed: number;
  readonly json?: boolean;
}

/** Adds the command `evaluate` to `program`. An output that would replace what is read is a usage error. */
export function addEvaluate(program: Command, session: Session): void {
  const command = program
    .command('evaluate')
    .summary('see how good a trained program is')
    .description(
      'Runs a model over a whole data set, or a training without its updates: means, and what was taken for what.',
    )
    .argument('<file.dnn|file.onnx|file.wasm>')
    .option(
      '--data <name=file>',
      'the samples of an input: .npy, all.npz:x, table.csv:a,b, or a folder of pictures (repeatable)',
      fileLists,
    )
    .option('--input <name=value>', 'a number or a file.npy for an input, the same for all samples (repeatable)', pair)
    .option('--labels <[output=]file>', 'the class of each sample, to be compared with an output', labels)
    .option('--output <name=file.npy>', 'where to write an output of all samples (repeatable)', filePair)
    .option(...weightsFlag())
    .option('--batch <n>', 'how many samples are run at once (default: as the program says)', count)
    .option(...seedFlag)
    .option(...timeLimitFlag)
    .option(...threadsFlag)
    .option('--json', 'the summary as JSON');
  addMemoryFlags(addCompileFlags(addFileFlags(command))).action(async (file: string, flags: EvaluateFlags) => {
    refuseCompileFlags(command, file, flags);
    const read = [file, ...filesIn(flags.data ?? {}), fileOfWeights(flags.weights), flags.labels?.file];
    const needed = read.filter(name => name !== undefined);
    for (const target of Object.values(flags.output ?? {}))
      refuseReplacing(command, session.io, '--output', target, needed);
    session.exitCode = await runEvaluate(session, file, flags);
  });
}

function labels(text: string): EvaluateFlags['labels'] {
  const [, output, file] = /^(?:([A-Za-z_]\w*)=)?(.+)$/.exec(text) ?? [];
  if (file === undefined) throw new InvalidArgumentError('Write it as file, or as output=file.');
  return { file, output };
}

async function runEvaluate(session: Session, file: string, flags: EvaluateFlags): Promise<ExitCode> {
  const controller = new AbortController();
  let code: ExitCode = 0;
  const release = session.io.onInterrupt?.(signal => {
    code = signalCodes[signal];
    controller.abort();
  });
  const progress = showProgress(session.io.err, [...stages, 'load', 'run']);
  const diagnostics: Diagnostic[] = [];
  const summary = await summarised(session.io, file, flags, progress, { diagnostics, signal: controller.signal })
    .finally(progress.end)
    .finally(() => release?.());
  if (!summary) return session.fail(diagnostics, flags.json);
  if (flags.json) session.printJson(evaluationJson(summary, diagnostics));
  else {
    session.report(diagnostics);
    session.print(evaluationText(summary, session.paint));
  }
  return code;
}

interface Watch {
  /** All diagnostics are added to these. */
  readonly diagnostics: Diagnostic[];
  readonly signal: AbortSignal;
}

/** Undefined if a step failed. */
async function summarised(
  io: Io,
  file: string,
  flags: EvaluateFlags,
  progress: Progress,
  { diagnostics, signal }: Watch,
): Promise<EvaluationSummary | undefined> {
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    diagnostics.push(...outcome.diagnostics);
    return outcome.ok ? outcome.value : undefined;
  };
  const given = take(await readGiven(io, flags));
  const found = take(await readLabels(io, flags));
  const trained = take(trainedClasses(io, flags));
  if (!given || !found || !trained) return undefined;
  const { data = {}, input = {}, seed, output = {} } = flags;
  const program = take(chosenProgram(io, file, flags, [...Object.keys(data), ...Object.keys(input)]));
  if (program === undefined) return undefined;
  const classes: Classes = new Map([...classesOf(given), ...trained]);
  const evaluator = take(await evaluatorOf(io, { file, program, flags, seed, given, classes }, progress));
  if (!evaluator) return undefined;
  const labelled = labelledBy(evaluator, given, classes, found.labels);
  const unknown = unknownOutputs(evaluator.name, evaluator.program, output);
  diagnostics.push(...labelled.diagnostics, ...unknown, ...rowless(evaluator, output));
  if (!labelled.ok || diagnostics.some(isError)) return undefined;
  const loaded = evaluator.chips.map((chip, i) => {
    const one = loadWeights(io, chip, flags);
    return i === 0 || !one.ok ? take(one) : one.value;
  });
  const [paths] = loaded;
  if (!paths || loaded.includes(undefined)) return undefined;
  progress.after('load');
  const begin = performance.now();
  const keep = [...Object.keys(output), ...(labelled.value ? [labelled.value.output.name] : [])];
  const result = take(await evaluator.run({ keep, signal }));
  const elapsed = (performance.now() - begin) / 1000;
  if (!result) return undefined;
  const confusion = labelled.value && confusionOf(result, labelled.value);
  const written = take(writeArrays(io, evaluator.program, result.rows, output));
  for (const chip of evaluator.chips) chip.dispose();
  if (!written) return undefined;
  const own = initialised(evaluator.manifest, paths);
  return { file, evaluator, result, confusion, seconds: elapsed, seed, initialised: own, written };
}

/** A diagnostic for each `--output` that has no row for each sample. */
function rowless({ program, batchSize }: Evaluator, wanted: Pairs): readonly Diagnostic<Code>[] {
  const without = program.outputs.filter(({ name, shape }) => Object.hasOwn(wanted, name) && shape[0] !== batchSize);
  return without.map(({ name, type, shape }) => {
    const message = `${name} is ${type}[${shape.join(', ')}] for ${batchSize} samples, and has no row for each of them`;
    return { code: 'no-such-output', severity: 'error', message, help: 'leave its --output out' };
  });
}

async function readLabels(io: Io, { labels }: EvaluateFlags): Promise<Outcome<{ readonly labels?: GivenLabels }>> {
  if (!labels) return succeeded({});
  const samples = await openSamples(io, 'labels', labels.file);
  return samples.ok ? { ...samples, value: { labels: { samples: samples.value, output: labels.output } } } : samples;
}

/** The classes that the weights were trained for, by the input that had their numbers. */
function trainedClasses(io: Io, { weights, rename }: EvaluateFlags): Outcome<Classes> {
  if (weights === undefined) return succeeded(new Map());
  const read = readWeights(io, weights, rename);
  return read.ok ? succeeded(new Map(Object.entries(read.value.findings.classes ?? {}))) : read;
}
