/** `tessera why`: which tensors share memory, and why the others do not; which variants of kernels operations took, and what others would cost. */
import { plan, stages } from '@tessera-dnn/compiler';
import type { Command } from 'commander';
import { readProgram } from '../files/model.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import { type ExitCode, type Session, succeeded } from '../session.ts';
import { showProgress } from '../show/progress.ts';
import { whyText } from '../show/why.ts';
import { buffersNamed, candidatesOf } from '../show/why-candidates.ts';
import { whyJson } from '../show/why-json.ts';

interface Flags extends CompileFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Adds the command `why` to `program`. More than two names are a usage error; a name that no tensor has ends with `no-such-tensor`. */
export function addWhy(program: Command, session: Session): void {
  const command = program
    .command('why')
    .summary('say what shares memory, and why the rest does not')
    .description(
      'Says which results are stored over an operand, and why the others are not. With the name of a tensor: all about it, and what the variants of its kernel cost; with two: why they share memory or do not.',
    )
    .argument('<file.dnn|file.onnx>')
    .argument('[tensors...]', 'one or two names, as this command and `tessera memory` show them')
    .option('--all', 'every candidate, not only the largest')
    .option('--json', 'all of it, as JSON');
  addMemoryFlags(addCompileFlags(command)).action((file: string, names: readonly string[], flags: Flags) => {
    if (names.length > 2) command.error(`error: two tensors can be compared, not ${names.length}`);
    session.exitCode = runWhy(session, file, names, flags);
  });
}

function runWhy(session: Session, file: string, names: readonly string[], flags: Flags): ExitCode {
  const source = readProgram(session.io, file, flags);
  if (!source.ok) return session.fail(source.diagnostics, flags.json);
  const options = compileOptionsOf(session.io, source.value, flags);
  if (!options.ok) return session.fail(options.diagnostics, flags.json);
  const progress = showProgress(session.io.err, stages);
  const planned = plan(source.value, { ...options.value, after: progress.after });
  progress.end();
  const diagnostics = [...options.diagnostics, ...planned.diagnostics];
  if (!planned.ok) return session.fail(diagnostics, flags.json);
  const asked = names.length === 0 ? succeeded([]) : buffersNamed(planned.value, names);
  if (!asked.ok) return session.fail([...diagnostics, ...asked.diagnostics], flags.json);
  const candidates = candidatesOf(planned.value);
  if (flags.json) session.printJson(whyJson(planned.value, candidates, asked.value, diagnostics));
  else {
    session.report(diagnostics);
    session.print(whyText(planned.value, candidates, asked.value, { ...flags, paint: session.paint, name: names[0] }));
  }
  return 0;
}
