/** `tessera run`: runs a program once, from its source or from an artifact. */
import { type Chip, createChip, type Threads } from '@tessera-dnn/chip';
import { stages } from '@tessera-dnn/compiler';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Named } from '@tessera-dnn/onnx';
import { type Command, InvalidArgumentError } from 'commander';
import { isPictureName } from '../data/picture.ts';
import type { Normalisation } from '../data/pictures.ts';
import { fileOfWeights } from '../files/weights.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags } from '../flags/compile.ts';
import { refuseCompileFlags } from '../flags/compiled.ts';
import { addFileFlags, weightsFlag } from '../flags/files.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { seedFlag, threadsFlag, timeLimitFlag } from '../flags/running.ts';
import { count, filePair, numbers, type Pairs } from '../flags/values.ts';
import { artifactOf, type BindDimensions, isArtifactName } from '../running/artifact.ts';
import { boundDimensions } from '../running/dimensions.ts';
import { readInputs, writeOutputs } from '../running/files.ts';
import { readLabels, scoresNamed, topClasses } from '../running/labels.ts';
import { limitFor } from '../running/limit.ts';
import { profileOf } from '../running/profile.ts';
import { type Request, requestOf } from '../running/request.ts';
import { compiledThreads, threadsFor } from '../running/threads.ts';
import { initialised, loadWeights } from '../running/variables.ts';
import type { ExitCode, Session } from '../session.ts';
import { type Progress, showProgress } from '../show/progress.ts';
import { type RunResult, runJson, runText } from '../show/run.ts';

export interface RunFlags extends Omit<CompileFlags, 'threads'>, Normalisation {
  /** Default: auto. */
  readonly threads?: Threads;
  readonly input?: Pairs;
  readonly output?: Pairs;
  readonly labels?: string;
  readonly seed: number;
  readonly timeLimit?: number;
  readonly repeat: number;
  readonly profile?: boolean;
  readonly json?: boolean;
}

/** Adds the command `run` to `program`. An output that would replace the program or its weights is a usage error. */
export function addRun(program: Command, session: Session): void {
  const command = program
    .command('run')
    .summary('run a program once')
    .description('Runs a program once, from its source or compiled, and summarises its outputs.')
    .argument('<file.dnn|file.onnx|file.wasm>')
    .option('--input <name=file>', 'the value of an input: .npy, .png, .jpg, or a number (repeatable)', filePair)
    .option('--mean <numbers>', 'subtracted from pictures in floats, which are from 0 to 1: 0.485,0.456,0.406', numbers)
    .option('--std <numbers>', 'what these are divided by then', deviations)
    .option('--output <name=file.npy>', 'where to write an output (repeatable)', filePair)
    .option('--labels <file>', 'the names of classes, a line for each: tells the best of each sample')
    .option(...weightsFlag())
    .option(...seedFlag)
    .option(...timeLimitFlag)
    .option(...threadsFlag)
    .option('--repeat <n>', 'run it so many times, and tell how long that takes', count, 1)
    .option('--profile', 'run it for about half a second more, and show where the time goes, phase by phase')
    .option('--json', 'the summary as JSON');
  addMemoryFlags(addCompileFlags(addFileFlags(command))).action(async (file: string, flags: RunFlags) => {
    refuseCompileFlags(command, file, flags);
    if ((flags.mean ?? flags.std) && !Object.values(flags.input ?? {}).some(isPictureName)) {
      command.error('error: --mean and --std are for pictures: --input image=cat.jpg');
    }
    // An input may be replaced, since one may want to update it in place.
    const needed = [file, fileOfWeights(flags.weights), flags.labels].filter(name => name !== undefined);
    for (const target of Object.values(flags.output ?? {}))
      refuseReplacing(command, session.io, '--output', target, needed);
    session.exitCode = await runRun(session, file, flags);
  });
}

/** Numbers that something is divided by. */
function deviations(text: string): readonly number[] {
  const values = numbers(text);
  if (values.includes(0)) throw new InvalidArgumentError('Nothing is divided by 0.');
  return values;
}

async function runRun(session: Session, file: string, flags: RunFlags): Promise<ExitCode> {
  const progress = showProgress(session.io.err, [...stages, 'load', 'run']);
  const diagnostics: Diagnostic[] = [];
  const result = await execute(session, file, flags, progress, diagnostics).finally(progress.end);
  if (result === undefined) return session.fail(diagnostics, flags.json);
  if (flags.json) session.printJson(runJson(result, diagnostics));
  else {
    session.report(diagnostics);
    session.print(runText(result, session.paint));
  }
  return 0;
}

/** Undefined if a step failed. The diagnostics of all steps are added to `diagnostics` in any case. */
async function execute(
  { io }: Session,
  file: string,
  flags: RunFlags,
  progress: Progress,
  diagnostics: Diagnostic[],
): Promise<RunResult | undefined> {
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    diagnostics.push(...outcome.diagnostics);
    return outcome.ok ? outcome.value : undefined;
  };
  const given = take(await readInputs(io, flags.input ?? {}, flags));
  const labels = flags.labels === undefined ? [] : take(readLabels(io, flags.labels));
  if (!given || !labels) return undefined;
  const bind: BindDimensions = model => boundDimensions(model, given);
  const compileFlags = { ...flags, threads: compiledThreads(flags.threads) };
  const built = take(await artifactOf(io, file, compileFlags, { kind: 'model', bind }, progress));
  const artifact = built?.artifact;
  const output = renamed(flags.output ?? {}, built?.imported?.outputs);
  const inputs = new Map(Object.entries(renamed(Object.fromEntries(given), built?.imported?.inputs)));
  const request = artifact && take(requestOf(artifact.manifest, file, { ...flags, output }, inputs));
  const scores =
    request && (flags.labels === undefined ? [] : take(scoresNamed(request.program, labels, flags.labels)));
  const call = artifact && limitFor(file, artifact, flags.timeLimit);
  const task = request && { file, manifest: artifact.manifest, program: request.name, runs: flags.repeat };
  const threads = task && threadsFor(flags.threads, task);
  const chip = request && scores && take(await createChip(artifact, { seed: flags.seed, call, threads }));
  // A program that was compiled here has its weights embedded already.
  const loaded = chip && take(loadWeights(io, chip, isArtifactName(file) ? flags : {}));
  if (!loaded) return undefined;
  progress.after('load');
  const ran = take(timedRuns(chip, request, flags.repeat));
  const written = ran && take(writeOutputs(io, request.program, ran.outputs, output));
  if (!ran || !written) return undefined;
  const top = topClasses(scores, ran.outputs, labels);
  const { manifest } = artifact;
  const { name, program } = request;
  const profile = flags.profile ? take(profileOf(chip, name, call, built?.plan)) : undefined;
  chip.dispose();
  if (flags.profile && !profile) return undefined;
  const { seed } = flags;
  return {
    file,
    manifest,
    name,
    program,
    written,
    top,
    ...ran,
    seed,
    initialised: initialised(manifest, loaded),
    profile,
  };
}

/** Runs the program so many times: the last outputs, and how long each run took. */
function timedRuns(
  chip: Chip,
  { name, inputs }: Request,
  count: number,
): Outcome<Pick<RunResult, 'outputs' | 'hostSeconds'>> {
  const hostSeconds: number[] = [];
  for (;;) {
    const before = performance.now();
    const ran = chip.run(name, inputs);
    hostSeconds.push((performance.now() - before) / 1000);
    if (!ran.ok || hostSeconds.length === count)
      return ran.ok ? { ...ran, value: { outputs: ran.value, hostSeconds } } : ran;
  }
}

/** What is given under names of a model, under those that the program has for them. */
function renamed<T>(
  given: { readonly [name: string]: T },
  names: readonly Named[] = [],
): { readonly [name: string]: T } {
  const own = new Map(names.map(({ name, original }) => [original, name]));
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [own.get(name) ?? name, value]));
}
