/**
 * The command `tessera-allocate FILE.csv`: buffers in, a placement out. The standard output gets nothing but the placement. If there is
 * none, the reason goes to the standard error and the exit code is 1.
 */
import {
  allocate,
  type CsvContent,
  formatPlacement,
  type Problem,
  parseCsv,
  verifyPlacement,
} from '@tessera-dnn/allocator';
import { assertThat, type Outcome } from '@tessera-dnn/diagnostics';
import type { Command } from 'commander';
import { readInputSource, readSource } from '../files/source.ts';
import { writeWhole } from '../files/write.ts';
import type { Io } from '../io.ts';
import { programNamed, runProgram } from '../program.ts';
import { type ExitCode, Session } from '../session.ts';
import { budgetOf } from './budget.ts';
import { type AllocateFlags, addFlags, searchOf } from './flags.ts';
import { reasonOf, remarkOn } from './reason.ts';

const description = `Gives buffers with lifetimes offsets in one range of addresses, so that no two that live together overlap. Reads CSV \
with the columns id,lower,upper,size and writes it with the column offset. What all must fit into is --capacity, else the number before \
.csv in the file's name (A.1048576.csv), else the least that is found. A file called - is the standard input.`;

/** Runs the command, given its arguments. Never rejects. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  return runProgram(programFor(session), args, session);
}

function programFor(session: Session): Command {
  const program = programNamed('tessera-allocate', session).description(description).argument('<file.csv>');
  return addFlags(program).action(async (file: string, flags: AllocateFlags) => {
    session.exitCode = await run(session, file, flags);
  });
}

async function run(session: Session, file: string, flags: AllocateFlags): Promise<ExitCode> {
  const read = await problemIn(session, file);
  if (!read.ok) return session.report(read.diagnostics);
  const capacity = flags.capacity ?? capacityIn(file);
  const problem: Problem = { ...read.value, ...(capacity === undefined ? {} : { capacity }) };
  // The time limit counts from here, so that it does not include reading the file.
  const budget = budgetOf(flags, capacity !== undefined);
  const allocation = allocate(problem, { strategy: flags.strategy, ...budget, search: searchOf(flags) });
  if (allocation.status === 'placed') {
    const remark = remarkOn(problem, allocation, flags.strategy, budget);
    if (remark !== undefined) session.io.err.write(`${remark}\n`);
    return write(session, problem, allocation.placement.offsets, flags.output);
  }
  session.io.err.write(`${reasonOf(problem, allocation, flags.strategy, budget)}\n`);
  return 1;
}

/** The largest table that is read; a million buffers take about 30 MB. */
const tableBytes = 2 ** 28;

async function problemIn(session: Session, file: string): Promise<Outcome<CsvContent>> {
  const isInput = file === '-';
  const source = isInput ? await readInputSource(session.io, tableBytes) : readSource(session.io, file, tableBytes);
  return source.ok ? parseCsv(source.value) : source;
}

function capacityIn(file: string): number | undefined {
  const [, digits] = /\.(\d+)\.csv$/i.exec(file) ?? [];
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? Number(digits) : undefined;
}

/** Writes the placement after the allocator's independent check has passed it. */
function write(session: Session, problem: Problem, offsets: Float64Array, output: string | undefined): ExitCode {
  const [violation] = verifyPlacement(problem, offsets);
  assertThat(violation === undefined, 'allocate', `the placement breaks the rule ${violation?.rule}`);
  const text = formatPlacement(problem.buffers, offsets);
  if (output !== undefined) {
    const written = writeWhole(session.io, output, text);
    return written.ok ? 0 : session.report(written.diagnostics);
  }
  session.printData(text);
  return 0;
}
