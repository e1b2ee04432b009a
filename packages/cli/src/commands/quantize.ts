/** `tessera quantize`: writes a program and its weights for 8 bits, and tells what is lost. */
import {
  type EndKind,
  endKinds,
  type QuantizeOptions,
  quantize,
  quantizeSteps,
  type RangeKind,
  rangeKinds,
} from '@tessera-dnn/compiler';
import { safetensorsPieces } from '@tessera-dnn/formats';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { importLoader, readSource } from '../files/source.ts';
import { fileOfWeights, readWeights } from '../files/weights.ts';
import { writeTogether } from '../files/write.ts';
import { addFileFlags, conversionOf, type FileFlags, weightsFlag } from '../flags/files.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { filePair, type Pairs, pair, several } from '../flags/values.ts';
import { readTensors } from '../running/files.ts';
import type { ExitCode, Session } from '../session.ts';
import { showProgress } from '../show/progress.ts';
import { quantizeJson, quantizeText } from '../show/quantize.ts';

interface Flags extends FileFlags {
  readonly weights: string;
  readonly data: Pairs;
  readonly output: string;
  readonly ranges: RangeKind;
  readonly unsigned?: boolean;
  readonly inputs: EndKind;
  readonly outputs: EndKind;
  readonly keep?: readonly string[];
  readonly least: number;
  readonly program?: string;
  readonly set?: Pairs;
  readonly math?: 'fast' | 'strict';
  readonly json?: boolean;
}

/** Adds the command `quantize` to `program`. An output that would replace what is read is a usage error. */
export function addQuantize(program: Command, session: Session): void {
  const command = program
    .command('quantize')
    .summary('store a trained program in 8 bits')
    .description(
      'Writes OUT.dnn and OUT.safetensors: the program with its weights and stored values in 8 bits, whose ranges come from running it on samples. Tells what each of them lost, and how the answers agree.',
    )
    .argument('<file.dnn>')
    .requiredOption(...weightsFlag('the values of its parameters, as they were trained'))
    .requiredOption('--data <name=file.npy>', 'samples of an input, along the first axis (repeatable)', filePair)
    .requiredOption('-o, --output <out>', 'where to write: the names without .dnn and .safetensors')
    .addOption(
      new Option(
        '--ranges <kind>',
        'where values are cut off: nowhere (minmax), so that one in 10,000 is (percentile), where the squared error is least (mse), or the best of these',
      )
        .choices(rangeKinds)
        .default('auto'),
    )
    .option('--unsigned', 'values that are never negative have 255 levels above 0, not 127: more exact, and slower')
    .addOption(
      new Option('--inputs <kind>', 'what the program takes: floats, or levels, which the host makes of them')
        .choices(endKinds)
        .default('floats'),
    )
    .addOption(new Option('--outputs <kind>', 'what it gives').choices(endKinds).default('floats'))
    .option('--keep <pattern>', 'a layer that stays in floats, as fc or block1.* (repeatable)', several)
    .option('--least <dB>', 'what would keep a smaller ratio of signal to noise stays in floats', ratio, 15)
    .option('--program <name>', 'this model of the file')
    .option('--set <name=value>', 'another value for a constant or a dimension (repeatable)', pair)
    .addOption(new Option('--math <kind>', 'how the program is run on the samples').choices(['fast', 'strict']))
    .option('--json', 'what is told, as JSON');
  addFileFlags(command).action(async (file: string, given: Flags) => {
    const flags = { ...given, output: given.output.replace(/\.(dnn|safetensors)$/i, '') };
    const needed = [file, fileOfWeights(flags.weights) ?? '', ...Object.values(flags.data)];
    for (const ending of ['dnn', 'safetensors']) {
      refuseReplacing(command, session.io, '-o', `${flags.output}.${ending}`, needed);
    }
    session.exitCode = await runQuantize(session, file, flags);
  });
}

/** A number of decibels. */
function ratio(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number of decibels.');
  return value;
}

async function runQuantize(session: Session, file: string, flags: Flags): Promise<ExitCode> {
  const { io } = session;
  const source = readSource(io, file);
  const weights = readWeights(io, flags.weights, flags.rename);
  const data = readTensors(io, flags.data);
  const read = [...source.diagnostics, ...weights.diagnostics, ...data.diagnostics];
  if (!source.ok || !weights.ok || !data.ok) return session.fail(read, flags.json);
  const options: QuantizeOptions = {
    load: importLoader(io, source.value),
    weights: weights.value.tensors,
    spareWeights: weights.value.spare,
    foreignWeights: weights.value.foreign,
    conversion: conversionOf(flags),
    data: data.value,
    name: flags.output,
    program: flags.program,
    ranges: flags.ranges,
    unsigned: flags.unsigned,
    inputs: flags.inputs,
    outputs: flags.outputs,
    keep: flags.keep,
    leastDecibels: flags.least,
    set: flags.set,
    math: flags.math,
  };
  const progress = showProgress(io.err, quantizeSteps);
  const quantized = await quantize(source.value, { ...options, after: progress.after }).finally(progress.end);
  const diagnostics = [...read, ...quantized.diagnostics];
  if (!quantized.ok) return session.fail(diagnostics, flags.json);
  const { sources, weights: tensors, report } = quantized.value;
  const weightsFile = `${flags.output}.safetensors`;
  const texts = sources.map(({ name, text }) => ({ name, content: text }));
  const written = writeTogether(io, [...texts, { name: weightsFile, content: safetensorsPieces(tensors) }]);
  if (!written.ok) return session.fail([...diagnostics, ...written.diagnostics], flags.json);
  const files = [...sources.map(({ name }) => name), weightsFile];
  if (flags.json) session.printJson(quantizeJson(file, report, files, diagnostics));
  else {
    session.report(diagnostics);
    session.print(quantizeText(flags.set ?? {}, report, files, session.paint));
  }
  return 0;
}
