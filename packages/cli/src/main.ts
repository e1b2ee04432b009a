/**
 * The `tessera` command: arguments in, an exit code out. Whatever a user gets wrong ends in a diagnostic or a usage error. A fault in
 * Tessera itself ends in one line that asks for a report.
 */
import type { Command } from 'commander';
import { type AddCommand, commandsFor } from './commands/commands.ts';
import type { Io } from './io.ts';
import { programNamed, runProgram } from './program.ts';
import { Session } from './session.ts';

/** Runs one command, given without the name of the program itself. Never rejects. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  const version = args[0] === '--version' || args[0] === '-V';
  return runProgram(programFor(session, version ? [] : await commandsFor(args)), args, session);
}

function programFor(session: Session, commands: readonly AddCommand[]): Command {
  const program = programNamed('tessera', session)
    .description('Compiles .dnn programs to one WebAssembly file with a place for every tensor, and runs it.')
    .helpCommand('help [command]', 'print the help of a command');
  for (const add of commands) add(program, session);
  return program;
}
