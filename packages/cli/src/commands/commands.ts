/** All commands, in the order in which help lists them. A command is one file and one line here. */
import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addCheck } from './check.ts';
import { addChips } from './chips.ts';
import { addCompile } from './compile.ts';
import { addExplain } from './explain.ts';
import { addFormat } from './fmt.ts';
import { addImport } from './import.ts';
import { addMemory } from './memory.ts';
import { addOps } from './ops.ts';
import { addQuantize } from './quantize.ts';
import { addRun } from './run.ts';
import { addSweep } from './sweep.ts';
import { addTrain } from './train.ts';
import { addWhy } from './why.ts';
import { addWorker } from './worker.ts';

/** Adds a command to the program. */
export type AddCommand = (program: Command, session: Session) => void;

export const commands: readonly AddCommand[] = [
  addCheck,
  addCompile,
  addRun,
  addTrain,
  addQuantize,
  addMemory,
  addWhy,
  addSweep,
  addWorker,
  addImport,
  addFormat,
  addExplain,
  addOps,
  addChips,
];
