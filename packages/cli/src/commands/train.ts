/** `tessera train`: trains a program on data, from its source or from an artifact. */
import { stages } from '@tessera-dnn/compiler';
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Command } from 'commander';
import { filesIn } from '../data/open.ts';
import { fileOfWeights } from '../files/weights.ts';
import { addCompileFlags, addMemoryFlags } from '../flags/compile.ts';
import { refuseCompileFlags } from '../flags/compiled.ts';
import { addFileFlags, weightsFlag } from '../flags/files.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { threadsFlag, timeLimitFlag } from '../flags/running.ts';
import { addValidationFlags, refuseValidation } from '../flags/validation.ts';
import { count, fileLists, pair, seed } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { isArtifactName } from '../running/artifact.ts';
import { type ExitCode, type Session, signalCodes } from '../session.ts';
import { curveText } from '../show/curve.ts';
import { showProgress } from '../show/progress.ts';
import { type TrainSummary, trainJson, trainText } from '../show/train.ts';
import { showTraining } from '../show/training-line.ts';
import { logFault } from '../training/log.ts';
import { trainAndSave } from '../training/loop.ts';
import { pictureOf } from '../training/picture.ts';
import { prepare, type TrainFlags } from '../training/prepare.ts';
import { claimSaveFile } from '../training/save-file.ts';

/** Adds the command `train` to `program`. Flags that contradict each other, and files that would be lost, are usage errors. */
export function addTrain(program: Command, session: Session): void {
  const command = program
    .command('train')
    .summary('train a program on data')
    .description('Trains a program on data, from its source or compiled, and saves what it learnt.')
    .argument('<file.dnn|file.wasm>')
    .option(
      '--data <name=file>',
      'the samples of an input: .npy, all.npz:x, table.csv:a,b, or a folder of pictures (repeatable)',
      fileLists,
    )
    .option('--input <name=value>', 'a number or a file.npy for an input, the same in all steps (repeatable)', pair)
    .option('--epochs <n>', 'how often to go through the data, in all', count, 1)
    .option('--batch <n>', 'how many samples a step takes (default: as the program says)', count)
    .option(...weightsFlag('the values to start from'))
    .option('--seed <n>', 'decides first values and the order of samples (default: 0)', seed)
    .option('--no-shuffle', 'take the samples in the order of the files')
    .option('--save <file.safetensors>', 'where to keep the variables and the place in the training')
    .option('--save-every <steps>', 'save after every so many steps too, not only at the end and on Ctrl-C', count)
    .option('--resume <file.safetensors>', 'go on from what --save kept')
    .option(...threadsFlag)
    .option('--log <file.jsonl>', 'a line of JSON for every step')
    .option('--curve <file.svg>', 'a picture of the losses, written at the end')
    .option('--check-finite', 'say which tensor was the first with NaN or infinity')
    .option(...timeLimitFlag)
    .option('--json', 'the summary as JSON');
  addValidationFlags(addMemoryFlags(addCompileFlags(addFileFlags(command)))).action(
    async (file: string, options: TrainFlags) => {
      // For Commander, `shuffle` is true unless `--no-shuffle` is given. But if the flag is not given, a checkpoint may decide.
      const shuffle = command.getOptionValueSource('shuffle') === 'cli' ? options.shuffle : undefined;
      const flags = { ...options, shuffle };
      refuse(command, session.io, file, flags);
      session.exitCode = await runTrain(session, file, flags);
    },
  );
}

/** Usage errors for flags that contradict each other, and for files that would be overwritten. */
function refuse(command: Command, io: Io, file: string, flags: TrainFlags): void {
  refuseCompileFlags(command, file, flags);
  const { weights, resume, save, saveEvery, saveBest, log, curve, data = {}, validate = {}, checkFinite } = flags;
  if (weights !== undefined && resume !== undefined) command.error('error: --resume has weights: leave --weights out');
  if (saveEvery !== undefined && save === undefined) command.error('error: --save-every needs --save');
  if (checkFinite && isArtifactName(file)) command.error(`error: --check-finite needs the program’s text, not ${file}`);
  refuseValidation(command, file, flags);
  const read = [file, ...filesIn(data), ...filesIn(validate)];
  const saved = [save, saveBest].filter(name => name !== undefined);
  refuseReplacing(command, io, '--save', save, read);
  refuseReplacing(command, io, '--save-best', saveBest, save === undefined ? read : [...read, save]);
  const kept = [...read, ...[fileOfWeights(weights), resume, ...saved].filter(name => name !== undefined)];
  refuseReplacing(command, io, '--log', log, kept);
  refuseReplacing(command, io, '--curve', curve, log === undefined ? kept : [...kept, log]);
}

async function runTrain(session: Session, file: string, flags: TrainFlags): Promise<ExitCode> {
  const { io } = session;
  const diagnostics: Diagnostic[] = [];
  const unwritable = outputFaults(io, flags);
  if (unwritable.length > 0) return session.fail(unwritable, flags.json);
  const progress = showProgress(io.err, [...stages, 'load']);
  const prepared = await prepare(io, file, flags, progress, diagnostics).finally(progress.end);
  if (!prepared) return session.fail(diagnostics, flags.json);
  if (!flags.json) session.report(diagnostics);
  const line = showTraining(io.err, prepared.training, flags.epochs);
  const trained = await trainAndSave(io, prepared, flags, line, found => session.report(found)).finally(() => {
    prepared.chip.dispose();
    prepared.validation?.dispose();
  });
  if (!trained.ok) return session.fail([...(flags.json ? diagnostics : []), ...trained.diagnostics], flags.json);
  const { faults, signal } = trained.value;
  const summary = { file, flags, prepared, trained: trained.value };
  if (flags.json) session.printJson(trainJson(summary, [...diagnostics, ...faults]));
  else session.print(trainText(summary, session.paint) + (io.out.isTerminal ? terminalCurve(io, summary) : ''));
  if (faults.length > 0) return 1;
  return signal === undefined ? 0 : signalCodes[signal];
}

/** The losses as a curve, after an empty line. */
function terminalCurve({ out }: Io, { prepared, trained }: TrainSummary): string {
  const text = curveText(pictureOf(prepared, trained), Math.min(out.columns, 100) - 16);
  return text === '' ? '' : `\n${text}`;
}

/** Why the files of the training could not be written later. This is checked before anything is compiled. */
function outputFaults(io: Io, { save, saveBest, log, curve }: TrainFlags): readonly Diagnostic[] {
  const claimed = [save, saveBest].flatMap(name => (name === undefined ? [] : [claimSaveFile(io, name)]));
  for (const file of claimed) if (file.ok) file.value.release();
  const others = [log, curve].flatMap(name => (name === undefined ? [] : (logFault(io, name)?.diagnostics ?? [])));
  return [...claimed.flatMap(file => file.diagnostics), ...others];
}
