/** `tessera check`: prints diagnostics only. If a chip is named, it also checks whether the program fits there. */
import { check, exactSizes } from '@tessera-dnn/compiler/planning';
import { type Diagnostic, isError, jsonOf } from '@tessera-dnn/diagnostics';
import type { Command } from 'commander';
import { type ProgramSource, readProgram } from '../files/model.ts';
import { meansChip } from '../flags/chip.ts';
import { addCompileFlags, type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import type { ExitCode, Session } from '../session.ts';
import { counted } from '../show/numbers.ts';

interface CheckFlags extends CompileFlags {
  readonly json?: boolean;
}

/** Adds the command `check` to `program`. It exits with 1 if there is an error; warnings alone leave 0. */
export function addCheck(program: Command, session: Session): void {
  const command = program
    .command('check')
    .summary('say what is wrong with a program')
    .description('Says what is wrong with a program; with a chip, also whether it fits there.')
    .argument('<file.dnn|file.onnx>')
    .option('--json', 'the diagnostics as JSON');
  addCompileFlags(command).action(async (file: string, flags: CheckFlags) => {
    session.exitCode = await runCheck(session, file, { ...flags, inplace: true, reuse: true });
  });
}

async function runCheck(session: Session, file: string, flags: CheckFlags): Promise<ExitCode> {
  const source = readProgram(session.io, file, flags);
  const diagnostics = source.ok ? await diagnose(session, source.value, flags) : source.diagnostics;
  const errors = diagnostics.filter(isError).length;
  if (flags.json) {
    session.printJson({ file, errors, warnings: diagnostics.length - errors, diagnostics: diagnostics.map(jsonOf) });
    return errors > 0 ? 1 : 0;
  }
  session.report(diagnostics);
  const found = [errors > 0 && counted(errors, 'error'), diagnostics.length > errors && warnings(diagnostics, errors)];
  session.io.err.write(diagnostics.length > 0 ? `${file}: ${found.filter(Boolean).join(', ')}\n` : '');
  if (diagnostics.length === 0) session.print(`${file}: nothing is wrong`);
  return errors > 0 ? 1 : 0;
}

function warnings(diagnostics: readonly Diagnostic[], errors: number): string {
  return counted(diagnostics.length - errors, 'warning');
}

async function diagnose(session: Session, source: ProgramSource, flags: CheckFlags): Promise<readonly Diagnostic[]> {
  const options = compileOptionsOf(session.io, source, flags);
  if (!options.ok) return options.diagnostics;
  const { chip, ...others } = options.value;
  if (chip === undefined || !meansChip(flags)) return [...options.diagnostics, ...check(source, others)];
  // What knows sizes of code takes longer to load than all else that a check does.
  const sizes = chip.chargeCode ? { backend: await exactSizes() } : {};
  return [...options.diagnostics, ...check(source, { ...others, chip, ...sizes })];
}
