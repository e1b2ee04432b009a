/** `tessera sweep`: plans every combination of settings, and answers what only many plans can tell. */
import { availableParallelism } from 'node:os';
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { type Command, Option } from 'commander';
import type { Code } from '../explain/catalogue.ts';
import { readProgram } from '../files/model.ts';
import { writeTogether } from '../files/write.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { type AxisFlags, addAxisFlags, axesOf } from '../flags/sweep.ts';
import { count } from '../flags/values.ts';
import { type ExitCode, type Session, signalCodes } from '../session.ts';
import { counted } from '../show/numbers.ts';
import { sweepText } from '../show/sweep.ts';
import { sweepCsv, sweepJson } from '../show/sweep-data.ts';
import { showCount } from '../show/sweep-progress.ts';
import { sweepSvg } from '../show/sweep-svg.ts';
import { fits, type Solved } from '../sweep/answers.ts';
import { Cache } from '../sweep/cache.ts';
import { localPlanner } from '../sweep/local.ts';
import { pointsOf, type Sweep } from '../sweep/points.ts';
import { type JobQueue, openQueue } from '../sweep/queue.ts';
import { type Lost, solveAll } from '../sweep/solve-all.ts';

interface Flags extends AxisFlags {
  readonly jobs?: number;
  readonly cache: string;
  readonly fresh?: boolean;
  readonly redis?: string;
  readonly queue: string;
  readonly csv?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

/** Adds the command `sweep`. Plans that do not fit are answers: it exits with 1 only where something is wrong, or some points have none. */
export function addSweep(program: Command, session: Session): void {
  const command = program
    .command('sweep')
    .summary('plan many combinations of settings at once')
    .description(
      'Plans every combination of programs, dimensions, chips and settings, and answers: the smallest chip, the largest batch, the plans that no other beats.',
    )
    .argument('<file.dnn|file.onnx|sweep.json>')
    .option('--csv <file>', 'all points as a table')
    .option('--svg <file>', 'a picture of bytes against cycles')
    .option('--json', 'all points as JSON')
    .optionsGroup('Where it is planned:')
    .option('--jobs <n>', 'on so many threads (default: as many as the machine runs at once)', count)
    .option('--cache <folder>', 'where answers are kept, so that an ended sweep goes on', '.tessera/sweep')
    .option('--fresh', 'plan all points again, whatever is kept')
    .addOption(new Option('--redis <url>', 'by workers on any number of machines: tessera worker').conflicts('jobs'))
    .option('--queue <name>', 'the name of their queue', 'tessera');
  addAxisFlags(command).action(async (file: string, flags: Flags) => {
    const needed = [file, ...(flags.chip?.values ?? [])];
    refuseReplacing(command, session.io, '--csv', flags.csv, needed);
    refuseReplacing(command, session.io, '--svg', flags.svg, flags.csv === undefined ? needed : [...needed, flags.csv]);
    session.exitCode = await runSweep(session, file, flags);
  });
}

async function runSweep(session: Session, file: string, flags: Flags): Promise<ExitCode> {
  const asked = axesOf(session.io, file, flags);
  if (!asked.ok) return session.fail(asked.diagnostics, flags.json);
  const source = readProgram(session.io, asked.value.source, {});
  if (!source.ok) return session.fail(source.diagnostics, flags.json);
  const sweep = pointsOf(session.io, source.value, asked.value.axes);
  if (!sweep.ok) return session.fail(sweep.diagnostics, flags.json);
  const { redis: url, queue: name } = flags;
  const queue = url === undefined ? undefined : await openQueue({ url, name });
  if (queue?.ok === false) return session.fail(queue.diagnostics, flags.json);
  const ended = await solve(session, sweep.value, flags, queue?.value);
  await queue?.value.close();
  return tell(session, sweep.value, ended, flags);
}

interface Ended {
  readonly solved: readonly Solved[];
  readonly lost: readonly Lost[];
  readonly diagnostics: readonly Diagnostic[];
  /** The exit code where a signal ended it. */
  readonly signal?: ExitCode;
}

async function solve(session: Session, { points }: Sweep, flags: Flags, queue: JobQueue | undefined): Promise<Ended> {
  const stop = new AbortController();
  let signal: ExitCode | undefined;
  const listening = session.io.onInterrupt?.(name => {
    signal = signalCodes[name];
    stop.abort();
  });
  const cache = new Cache(session.io, flags.cache, flags.fresh);
  const progress = showCount(session.io.err, points.length, queue && workersLine(queue, flags));
  const planner = queue?.planner ?? localPlanner(flags.jobs ?? availableParallelism());
  const { answers, lost } = await solveAll(points, { cache, planner, progress: progress.tell, signal: stop.signal });
  progress.end();
  listening?.();
  const solved = points.flatMap((point, i) => {
    const answer = answers[i];
    return answer === undefined ? [] : [{ point, answer }];
  });
  return { solved, lost, diagnostics: cache.fault ? [cache.fault] : [], signal };
}

/** What is said while nobody plans. */
function workersLine(queue: JobQueue, { redis, queue: name }: Flags): () => Promise<string | undefined> {
  const named = name === 'tessera' ? '' : ` --queue ${name}`;
  return async () =>
    (await queue.workers()) > 0
      ? undefined
      : `no worker of this version yet; start some: tessera worker --redis ${redis}${named}`;
}

function tell(session: Session, sweep: Sweep, { solved, lost, diagnostics, signal }: Ended, flags: Flags): ExitCode {
  const all = [...diagnostics, ...lost.slice(0, 5).map(each => lostPoint(sweep, each))];
  const first = solved[0]?.answer;
  // Where no combination can be compiled, that is no table of answers but a mistake.
  if (first?.kind === 'refused' && solved.every(({ answer }) => answer.kind === 'refused')) {
    return session.fail([{ code: first.code as Code, severity: 'error', message: first.message }], flags.json);
  }
  if (flags.json) session.printJson(sweepJson(sweep, solved, all));
  else {
    session.report(all);
    if (solved.length > 0) session.print(sweepText(sweep, solved, session.paint));
  }
  const files = [
    ...(flags.csv === undefined ? [] : [{ name: flags.csv, content: sweepCsv(sweep, solved) }]),
    ...(flags.svg === undefined || !solved.some(fits) ? [] : [{ name: flags.svg, content: sweepSvg(sweep, solved) }]),
  ];
  const written = files.length === 0 ? undefined : writeTogether(session.io, files);
  if (written && !written.ok) return session.report(written.diagnostics);
  const missing = sweep.points.length - solved.length;
  if (missing > 0 && !flags.json)
    session.io.err.write(`${counted(missing, 'point')} without an answer; the same command goes on with them\n`);
  return signal ?? (missing > 0 ? 1 : 0);
}

function lostPoint({ axes }: Sweep, { point, reason }: Lost): Diagnostic<Code> {
  const settings = axes.map(({ name }, i) => `${name} ${point.at[i]}`).join(', ');
  return { code: 'point-lost', severity: 'error', message: `${settings}: ${reason}` };
}
