/** `tessera explore`: a page in which memory moves while one types. */

import type { Source } from '@tessera-dnn/diagnostics';
import type { Settings } from '@tessera-dnn/explorer';
import { explorerFiles } from '@tessera-dnn/explorer/node';
import type { Command } from 'commander';
import { serveExplorer } from '../explore/server.ts';
import { sourcedOf } from '../explore/sourced.ts';
import { readProgram } from '../files/model.ts';
import { readSource } from '../files/source.ts';
import { chipOf, isChipFile } from '../flags/chip.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags } from '../flags/compile.ts';
import { wholeNumber } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { type ExitCode, type Session, signalCodes } from '../session.ts';

interface Flags extends CompileFlags {
  readonly port?: number;
}

/** Adds the command `explore` to `program`. It serves until it is asked to end; `no-port` if the port is taken. */
export function addExplore(program: Command, session: Session): void {
  const command = program
    .command('explore')
    .summary('see memory move while you write a program')
    .description(
      'Serves a page to the browsers of this machine: an editor with the program on the left, and what it takes of a chip on the right, anew after each key. Changes stay in the page; what changes in the file shows there.',
    )
    .argument('<file.dnn|file.onnx>')
    .option('--port <n>', 'where to listen (default: any port that is free)', wholeNumber);
  addMemoryFlags(addCompileFlags(command)).action(async (file: string, flags: Flags) => {
    const { weights, pack, verify, threads } = flags;
    if (weights !== undefined || pack || verify || threads !== undefined)
      command.error('error: the page knows no --weights, --pack, --threads and --verify');
    session.exitCode = await runExplore(session, file, flags);
  });
}

async function runExplore(session: Session, file: string, flags: Flags): Promise<ExitCode> {
  const { io } = session;
  const first = readProgram(io, file, flags);
  if (!first.ok) return session.fail(first.diagnostics);
  const chip = chipOf(io, { chip: flags.chip });
  if (!chip.ok) return session.fail(chip.diagnostics);
  const settings = { ...settingsOf(flags), chipFile: chipFileOf(io, flags.chip) };
  const source = () => {
    const read = readProgram(io, file, flags);
    // While an editor writes the file it may be gone for a moment.
    return sourcedOf(io, read.ok ? read.value : first.value, { set: flags.set, programs: flags.program }, { settings });
  };
  const serving = await serveExplorer({ site: await explorerFiles(), source }, flags.port ?? 0);
  if (!serving.ok) return session.fail(serving.diagnostics);
  const { address, close } = serving.value;
  session.print(`${session.paint.bold(file)} is explored at ${session.paint.cyan(address)}; Ctrl-C ends it`);
  const signal = await interrupted(io);
  close();
  return signalCodes[signal];
}

/** The file that `--chip` names, which has been found to be sound; absent where it names a preset. */
function chipFileOf(io: Io, name: string | undefined): Source | undefined {
  if (name === undefined || !isChipFile(name)) return undefined;
  const read = readSource(io, name);
  return read.ok ? { name, text: read.value.text } : undefined;
}

function interrupted({ onInterrupt }: Io): Promise<keyof typeof signalCodes> {
  return new Promise(resolve => {
    onInterrupt?.(resolve);
  });
}

/** What the page's choosers begin with. */
function settingsOf(flags: Flags): Settings {
  const { chip = 'host', tiles, sram: sramBytes, workers, precision, recompute, math, allocator, set } = flags;
  return {
    ...{ chip, tiles, sramBytes, workers, precision, recompute, math, allocator, set },
    programs: flags.program,
    masterWeights: flags.masterWeights,
    withoutVariants: flags.variant === true ? undefined : [flags.variant],
    inPlace: flags.inplace ? undefined : false,
    reuse: flags.reuse ? undefined : false,
  };
}
