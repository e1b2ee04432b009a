/** `tessera fmt`: brings programs into the standard format. Files with syntax errors stay as they are. */
import { formatSource } from '@tessera-dnn/language';
import type { Command } from 'commander';
import { readInputSource, readSource } from '../files/source.ts';
import { writeWhole } from '../files/write.ts';
import type { ExitCode, Session } from '../session.ts';

interface FormatFlags {
  readonly check?: boolean;
}

/** Adds the command `fmt` to `program`. The exit code is the worst of all files. */
export function addFormat(program: Command, session: Session): void {
  program
    .command('fmt')
    .summary('format programs')
    .description('Formats programs in place and names those it changed; `-` formats the standard input to the output.')
    .argument('<files.dnn...>')
    .option('--check', 'write nothing; name the files that are not formatted and exit with 1')
    .action(async (files: readonly string[], flags: FormatFlags) => {
      for (const file of files) {
        const code = file === '-' ? await formatInput(session, flags) : formatFile(session, file, flags);
        if (code > session.exitCode) session.exitCode = code;
      }
    });
}

function formatFile(session: Session, file: string, { check = false }: FormatFlags): ExitCode {
  const source = readSource(session.io, file);
  if (!source.ok) return session.report(source.diagnostics);
  const formatted = formatSource(source.value.text, file);
  if (!formatted.ok) return session.report(formatted.diagnostics);
  if (formatted.value === source.value.text) return 0;
  const written = check ? undefined : writeWhole(session.io, file, formatted.value);
  if (written?.ok === false) return session.report(written.diagnostics);
  session.print(file);
  return check ? 1 : 0;
}

async function formatInput(session: Session, { check = false }: FormatFlags): Promise<ExitCode> {
  const source = await readInputSource(session.io);
  if (!source.ok) return session.report(source.diagnostics);
  const { name, text } = source.value;
  const formatted = formatSource(text, name);
  if (!formatted.ok) return session.report(formatted.diagnostics);
  if (check) return formatted.value === text ? 0 : 1;
  session.printData(formatted.value);
  return 0;
}
