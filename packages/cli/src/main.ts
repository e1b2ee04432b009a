/**
 * The `tessera` command: arguments in, an exit code out. Everything a user can get wrong ends in a diagnostic or a usage error; a fault
 * of Tessera's own in one line that asks for a report.
 */
import { InternalError } from '@tessera/diagnostics';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/commands.ts';
import type { Io } from './io.ts';
import { Session } from './session.ts';

/** Runs one command, given without the name of the program itself. Never rejects. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  try {
    await programFor(session).parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    // Commander has written what it has to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err.write(`${apology(error)}\n`);
    return 1;
  }
}

function programFor(session: Session): Command {
  const { out, err } = session.io;
  const program = new Command('tessera')
    .description('Compiles .dnn programs to one WebAssembly file with a place for every tensor, and runs it.')
    .version('0.1.0', '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: out.write,
      writeErr: err.write,
      getOutHelpWidth: () => Math.min(out.columns, 110),
      getErrHelpWidth: () => Math.min(err.columns, 110),
      getOutHasColors: () => out.hasColors,
      getErrHasColors: () => err.hasColors,
    })
    .configureHelp({ styleTitle: text => session.paint.bold(text) });
  for (const add of commands) add(program, session);
  return program;
}

/** Says which stage broke: the message of an `InternalError` begins with it. */
function apology(error: unknown): string {
  const what =
    error instanceof Error ? `${error instanceof InternalError ? '' : 'unexpected '}${error.message}` : String(error);
  const [line] = `internal error: ${what}`.split('\n');
  return `${line}\nThis is a fault in Tessera, not in your program: please report it with this line, the command and the file.`;
}
