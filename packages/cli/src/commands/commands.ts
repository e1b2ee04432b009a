/**
 * All commands, in the order in which help lists them. A command is one file and one line here. Its file is loaded only where it is needed: most of
 * the time a short command takes is that of loading what it does not use.
 */
import type { Command } from 'commander';
import type { Session } from '../session.ts';

/** Adds a command to the program. */
export type AddCommand = (program: Command, session: Session) => void;

const commands: { readonly [name: string]: () => Promise<AddCommand> } = {
  check: async () => (await import('./check.ts')).addCheck,
  compile: async () => (await import('./compile.ts')).addCompile,
  run: async () => (await import('./run.ts')).addRun,
  train: async () => (await import('./train.ts')).addTrain,
  evaluate: async () => (await import('./evaluate.ts')).addEvaluate,
  quantize: async () => (await import('./quantize.ts')).addQuantize,
  memory: async () => (await import('./memory.ts')).addMemory,
  explore: async () => (await import('./explore.ts')).addExplore,
  diff: async () => (await import('./diff.ts')).addDiff,
  why: async () => (await import('./why.ts')).addWhy,
  sweep: async () => (await import('./sweep.ts')).addSweep,
  worker: async () => (await import('./worker.ts')).addWorker,
  import: async () => (await import('./import.ts')).addImport,
  export: async () => (await import('./export.ts')).addExport,
  fmt: async () => (await import('./fmt.ts')).addFormat,
  explain: async () => (await import('./explain.ts')).addExplain,
  ops: async () => (await import('./ops.ts')).addOps,
  chips: async () => (await import('./chips.ts')).addChips,
};

/** The command that the arguments begin with; all of them where that is none, for help and for a suggestion of what was meant. */
export async function commandsFor([first = '']: readonly string[]): Promise<readonly AddCommand[]> {
  const wanted = Object.hasOwn(commands, first) ? [commands[first]] : Object.values(commands);
  return Promise.all(wanted.map(load => load()));
}
