/** `tessera export`: writes a program and its weights as a model of ONNX. */
import { elaboratedModel, userSpan } from '@tessera-dnn/compiler';
import { jsonOf } from '@tessera-dnn/diagnostics';
import { exportOnnx, sizeOf } from '@tessera-dnn/onnx/export';
import type { Command } from 'commander';
import { readProgram } from '../files/model.ts';
import { importLoader } from '../files/source.ts';
import { fileOfWeights, readWeights } from '../files/weights.ts';
import { writeWhole } from '../files/write.ts';
import { addFileFlags, conversionOf, type FileFlags, weightsFlag } from '../flags/files.ts';
import { addImportFlags, type ImportFlags } from '../flags/import.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { type Pairs, pair } from '../flags/values.ts';
import { type ExitCode, type Session, succeeded } from '../session.ts';
import { exportText } from '../show/export.ts';

interface Flags extends ImportFlags, FileFlags {
  readonly output: string;
  readonly weights?: string;
  readonly program?: string;
  readonly set?: Pairs;
  readonly json?: boolean;
}

/** Adds the command `export` to `program`. */
export function addExport(program: Command, session: Session): void {
  const command = program
    .command('export')
    .summary('make an ONNX model of a program')
    .description('Writes a model of a program as ONNX, with the values of its parameters.')
    .argument('<file.dnn|file.onnx>')
    .option(...weightsFlag())
    .requiredOption('-o, --output <model.onnx>', 'where to write it')
    .option('--program <name>', 'this model of the file')
    .option('--set <name=value>', 'another value for a constant or a dimension (repeatable)', pair)
    .option('--json', 'what was written, as JSON');
  addImportFlags(addFileFlags(command)).action((file: string, flags: Flags) => {
    const needed = [file, fileOfWeights(flags.weights)].filter(name => name !== undefined);
    refuseReplacing(command, session.io, '-o', flags.output, needed);
    session.exitCode = runExport(session, file, flags);
  });
}

function runExport(session: Session, file: string, flags: Flags): ExitCode {
  const { io } = session;
  const source = readProgram(io, file, flags);
  const weights = flags.weights === undefined ? succeeded(undefined) : readWeights(io, flags.weights, flags.rename);
  const read = [...source.diagnostics, ...weights.diagnostics];
  if (!source.ok || !weights.ok) return session.fail(read, flags.json);
  const model = elaboratedModel(source.value, {
    load: importLoader(io, source.value),
    set: flags.set,
    programs: flags.program === undefined ? undefined : [flags.program],
    weights: weights.value?.tensors ?? source.value.imported?.weights,
    spareWeights: weights.value?.spare,
    foreignWeights: weights.value?.foreign,
    conversion: conversionOf(flags),
  });
  const diagnostics = [...read, ...model.diagnostics];
  if (!model.ok) return session.fail(diagnostics, flags.json);
  const exported = exportOnnx({ ...model.value, placeOf: userSpan });
  if (!exported.ok) return session.fail([...diagnostics, ...exported.diagnostics], flags.json);
  const written = writeWhole(io, flags.output, exported.value.pieces);
  if (!written.ok) return session.fail([...diagnostics, ...written.diagnostics], flags.json);
  if (flags.json) {
    const { pieces, operators, ...facts } = exported.value;
    const told = { file: flags.output, bytes: sizeOf(pieces), ...facts, operators: Object.fromEntries(operators) };
    session.printJson({ ...told, diagnostics: diagnostics.map(jsonOf) });
  } else {
    session.report(diagnostics);
    session.print(exportText(flags.output, exported.value));
  }
  return 0;
}
