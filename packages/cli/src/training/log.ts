/**
 * The log of a training has one line per step and per validation, each a JSON object. Each line is written with one call, so that a training that is killed
 * leaves complete lines. A resumed training removes the lines of steps after its checkpoint and appends to the rest. A pipe or a terminal
 * just gets the lines.
 */
import { accessSync, closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { StepReport } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { lock } from '../files/lock.ts';
import { unwritable } from '../files/write.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { keptBytes } from './log-lines.ts';
import { inUse } from './save-file.ts';
import type { ValidationReport } from './validation.ts';

export interface TrainingLog {
  /** Writes a line. After a first failure nothing more is written. */
  readonly write: (report: StepReport | ValidationReport) => Outcome<void>;
  readonly close: () => void;
}

const noLog: TrainingLog = { write: () => succeeded(undefined), close: () => {} };

/**
 * Opens the log called `name`, if any, for a training that has done `steps` steps, and keeps their lines; a new training (`undefined`)
 * begins an empty log. `not-a-log` if a resumed training's file holds something else, `file-in-use` if another training writes to it.
 */
export function openLog(io: Io, name: string | undefined, steps: number | undefined): Outcome<TrainingLog> {
  if (name === undefined) return succeeded(noLog);
  try {
    const path = resolve(io.folder, name);
    // It is opened without being emptied, since it may turn out not to be a log.
    const file = openSync(path, 'a');
    const fault = fstatSync(file).isFile() ? beginFile(file, path, name, steps) : undefined;
    if (!fault) return succeeded(logTo(file, name));
    closeSync(file);
    return fault;
  } catch (error) {
    return unwritable(name, error);
  }
}

/** Why the log could not be opened later, as far as one can tell without opening it; undefined if nothing is in the way. */
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

/** Keeps only the lines of the first `steps` steps in the file. */
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
  const write = (report: StepReport | ValidationReport): Outcome<void> => {
    if (isBroken) return succeeded(undefined);
    try {
      writeAll(file, Buffer.from(`${JSON.stringify('means' in report ? validationLine(report) : lineOf(report))}\n`));
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

/** What a line says. Outputs with more than one element are left out. JSON has no NaN and no infinity, so these become null. */
function lineOf({ step, epoch, loss, outputs }: StepReport): { readonly [name: string]: number | undefined } {
  const scalars = Object.entries(outputs).flatMap(([name, data]) =>
    data.length === 1 ? [[name, brief(data[0])]] : [],
  );
  // These come first, and outputs of the same names do not replace them.
  const own = { step, epoch, loss: loss === undefined ? undefined : brief(loss) };
  return { ...own, ...Object.fromEntries(scalars), ...own };
}

/** A mean is a number of 64 bits, of which nine digits say more than any f32. */
function validationLine({ step, epoch, means }: ValidationReport) {
  const rounded = Object.entries(means).map(([name, mean]) => [name, Number(mean.toPrecision(9))] as const);
  return { step, epoch, validation: Object.fromEntries(rounded) };
}

/** The number with as few digits as tell it from all other f32 numbers: 0.1 and not 0.10000000149011612. */
function brief(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}
