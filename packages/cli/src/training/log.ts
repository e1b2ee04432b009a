/**
 * The log of a training: one JSON object a line and step. Each line is written at once, so that a training that is killed leaves whole
 * lines; one that is resumed forgets the lines behind its checkpoint and goes on below the rest.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StepReport } from '@tessera/chip';
import type { Outcome } from '@tessera/diagnostics';
import { unwritable } from '../files/write.ts';
import { codeOf, type Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';

export interface TrainingLog {
  readonly write: (report: StepReport) => Outcome<void>;
  readonly close: () => void;
}

const noLog: TrainingLog = { write: () => succeeded(undefined), close: () => {} };

/**
 * Opens the file called `name`, if any, for a training of which `steps` are done: what it holds of these stays. A new training
 * (`undefined`) begins a new log. `not-a-log` if the file of a resumed training holds something else.
 */
export function openLog(io: Io, name: string | undefined, steps: number | undefined): Outcome<TrainingLog> {
  if (name === undefined) return succeeded(noLog);
  const path = resolve(io.folder, name);
  try {
    const kept = steps === undefined ? 0 : keptBytes(path, steps);
    if (kept === undefined) {
      return failed(
        'not-a-log',
        `${name} is no log of a training, so nothing is added to it`,
        'give --log another name',
      );
    }
    const file = openSync(path, steps === undefined ? 'w' : 'a');
    if (steps !== undefined) ftruncateSync(file, kept);
    const write = (report: StepReport): Outcome<void> => {
      try {
        writeSync(file, `${JSON.stringify(lineOf(report))}\n`);
        return succeeded(undefined);
      } catch (error) {
        return unwritable(name, error);
      }
    };
    return succeeded({ write, close: () => closeSync(file) });
  } catch (error) {
    return unwritable(name, error);
  }
}

/** How many bytes from the beginning are lines of steps up to `steps`; `undefined` if a whole line is no step's. */
function keptBytes(path: string, steps: number): number | undefined {
  const content = readIfThere(path);
  let end = 0;
  for (let next = content.indexOf('\n'); next !== -1; next = content.indexOf('\n', end)) {
    const step = stepOf(content.toString('utf8', end, next));
    if (step === undefined) return undefined;
    if (step > steps) break;
    end = next + 1;
  }
  // Without a single whole line it may be anything, but for the beginning of a first line.
  return end === 0 && content.length > 0 && content[0] !== 0x7b ? undefined : end;
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function stepOf(line: string): number | undefined {
  try {
    const { step } = JSON.parse(line);
    return Number.isInteger(step) ? step : undefined;
  } catch {
    return undefined;
  }
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
