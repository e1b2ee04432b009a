/** What `tessera` and `tessera-allocate` have in common: where they print, and which exit code they end with. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { Command, CommanderError } from 'commander';
import type { Session } from './session.ts';

/** A command line parser that writes to the session's streams and never ends the process. */
export function programNamed(name: string, { io: { out, err }, paint }: Session): Command {
  return new Command(name)
    .version('0.1.0', '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: out.write,
      writeErr: err.write,
      getOutHelpWidth: () => Math.min(out.columns, 110),
      getErrHelpWidth: () => Math.min(err.columns, 110),
      getOutHasColors: () => out.hasColors,
      getErrHasColors: () => err.hasColors,
    })
    .configureHelp({ styleTitle: text => paint.bold(text) });
}

/** Runs the command with these arguments and returns the exit code. Never rejects: an exception becomes a message. */
export async function runProgram(program: Command, args: readonly string[], session: Session): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    // Commander has printed its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    session.io.err.write(`${apology(error)}\n`);
    return 1;
  }
}

/** Says which stage broke: the message of an `InternalError` begins with it. */
function apology(error: unknown): string {
  const what =
    error instanceof Error ? `${error instanceof InternalError ? '' : 'unexpected '}${error.message}` : String(error);
  const [line] = `internal error: ${what}`.split('\n');
  return `${line}\nThis is a fault in Tessera, not in your program: please report it with this line, the command and the file.`;
}
