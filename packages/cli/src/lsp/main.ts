/** The command `tessera-lsp`: a language server on the standard input and output. An editor starts it, and ends it. */
import process from 'node:process';
import type { Io } from '../io.ts';
import { programNamed, runProgram } from '../program.ts';
import { Session } from '../session.ts';
import { serveStreams } from './start.ts';

const description = `A language server for .dnn files: an editor starts it and speaks the language server protocol with it, on the standard input and \
output. The setting chip names the chip whose memory is shown at each line.`;

/** Runs the command, given its arguments. Never rejects. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  const program = programNamed('tessera-lsp', session)
    .description(description)
    .option('--stdio', 'the standard input and output, which is the only way')
    .action(async () => {
      session.exitCode = (await serveStreams(process.stdin, process.stdout)) === 0 ? 0 : 1;
    });
  return runProgram(program, args, session);
}
