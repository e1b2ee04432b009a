/**
 * The log of a training: one JSON object a line and step. Each line is written at once, so that a training that is killed leaves whole
 * lines; one that is resumed forgets the lines behind its checkpoint and goes on below the rest. What is no file, a pipe or a terminal,
 * just gets the lines.
 */
import { accessSync, closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { StepReport } from '@tessera/chip';
import type { Outcome } from '@tessera/diagnostics';
import { lock } from '../files/lock.ts';
import { unwritable } from '../files/write.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { keptBytes } from './log-lines.ts';
import { inUse } from './save-file.ts';

export interface TrainingLog {
  /** After a first failure nothing more is written. */
  readonly write: (report: StepReport) => Outcome<void>;
  readonly close: () => void;
}

const noLog: TrainingLog = { write: () => succeeded(undefined), close: () => {} };

/**
 * Opens the file called `name`, if any, for a training of which `steps` are done: what it holds of these stays. A new training
 * (`undefined`) begins a new log. `not-a-log` if the file of a resumed training holds something else, `file-in-use` if it is that of
 * another training.
 */
export function openLog(io: Io, name: string | undefined, steps: number | undefined): Outcome<TrainingLog> {
  if (name === undefined) return succeeded(noLog);
  try {
    const path = resolve(io.folder, name);
    // Opened without emptying it: it may turn out not to be ours.
    const file = openSync(path, 'a');
    const fault = fstatSync(file).isFile() ? beginFile(file, path, name, steps) : undefined;
    if (!fault) return succeeded(logTo(file, name));
    closeSync(file);
    return fault;
  } catch (error) {
    return unwritable(name, error);
  }
}

/** Why the log could not be opened later, as far as that can be told without touching it. */
export function logFault(io: Io, name: string): ReturnType<typeof unwritable> | undefined {
  const path = resolve(io.folder, name);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isDirectory()) accessSync(found ? path : dirname(path), constants.W_OK);
    return found?.isDirectory() ? failed('unwritable-file', `${name} cannot be written: it is a folder`) : undefined;
  } catch (error) {
    return unwritable(name, error);
  }
}

/** Leaves what belongs to the first `steps` in the file. */
function beginFile(file: number, path: string, name: string, steps: number | undefined) {
  if (lock(file) === 'taken') return inUse(name, 'writes to');
  const kept = steps === undefined ? 0 : keptBytes(path, steps);
  if (kept === undefined) {
    const message = `${name} is no log of a training, so nothing is added to it`;
    return failed('not-a-log', message, 'give --log another name');
  }
  ftruncateSync(file, kept);
  return undefined;
}

function logTo(file: number, name: string): TrainingLog {
  let isBroken = false;
  const write = (report: StepReport): Outcome<void> => {
    if (isBroken) return succeeded(undefined);
    try {
      writeAll(file, Buffer.from(`${JSON.stringify(lineOf(report))}\n`));
      return succeeded(undefined);
    } catch (error) {
      isBroken = true;
      return unwritable(name, error, 'the training goes on without its log');
    }
  };
  return { write, close: () => closeSync(file) };
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Outputs of one element, by name; larger ones are left out. JSON has no NaN and no infinity: these are null. */
function lineOf({ step, epoch, loss, outputs }: StepReport): { readonly [name: string]: number | undefined } {
  const scalars = Object.entries(outputs).flatMap(([name, data]) =>
    data.length === 1 ? [[name, brief(data[0])]] : [],
  );
  // In front, and not to be replaced by outputs of the same names.
  const own = { step, epoch, loss: loss === undefined ? undefined : brief(loss) };
  return { ...own, ...Object.fromEntries(scalars), ...own };
}

/** As few digits as tell a number of 32 bits from all others: 0.1 and not 0.10000000149011612. */
function brief(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}
