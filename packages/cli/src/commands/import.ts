/** `tessera import`: writes the program and the weights that a model of ONNX or TensorFlow Lite is. */

import { join } from 'node:path';
import { jsonOf } from '@tessera-dnn/diagnostics';
import { safetensorsPieces } from '@tessera-dnn/formats';
import type { Imported } from '@tessera-dnn/onnx';
import type { Command } from 'commander';
import { importModel, stemOf } from '../files/model.ts';
import { writeTogether } from '../files/write.ts';
import { addImportFlags, type ImportFlags } from '../flags/import.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import type { ExitCode, Session } from '../session.ts';
import { importText } from '../show/import.ts';

interface Flags extends ImportFlags {
  readonly output: string;
  readonly name?: string;
  readonly flat?: boolean;
  readonly json?: boolean;
}

/** Adds the command `import` to `program`. */
export function addImport(program: Command, session: Session): void {
  const command = program
    .command('import')
    .summary('make a program of an ONNX or TensorFlow Lite model')
    .description(
      'Writes NAME.dnn and NAME.safetensors, the program and the weights that a model of ONNX or TensorFlow Lite is.',
    )
    .argument('<model.onnx|model.tflite>')
    .option('-o, --output <folder>', 'where to write them', '.')
    .option('--name <name>', 'what to call the program (default: as the file)')
    .option('--flat', 'calls of operations only, no layers')
    .option('--json', 'what is told, as JSON');
  addImportFlags(command).action((file: string, flags: Flags) => {
    session.exitCode = runImport(command, session, file, flags);
  });
}

function runImport(command: Command, session: Session, file: string, flags: Flags): ExitCode {
  const { io } = session;
  const imported = importModel(io, file, { ...flags, network: flags.name });
  if (!imported.ok) return session.fail(imported.diagnostics, flags.json);
  const stem = join(flags.output, flags.name ?? stemOf(file));
  for (const ending of ['dnn', 'safetensors']) refuseReplacing(command, io, '-o', `${stem}.${ending}`, [file]);
  const { text, weights, summary } = imported.value;
  const files = [
    { name: `${stem}.dnn`, content: text },
    ...(weights.size > 0 ? [{ name: `${stem}.safetensors`, content: safetensorsPieces(weights) }] : []),
  ];
  const written = writeTogether(io, files);
  if (!written.ok) return session.fail(written.diagnostics, flags.json);
  const names = files.map(({ name }) => name);
  if (flags.json)
    session.printJson({ files: names, ...facts(imported.value), diagnostics: imported.diagnostics.map(jsonOf) });
  else {
    session.report(imported.diagnostics);
    session.print(importText(file, names, imported.value, summary));
  }
  return 0;
}

function facts({ network, inputs, outputs, summary }: Imported) {
  return { network, inputs, outputs, ...summary, operators: Object.fromEntries(summary.operators) };
}
