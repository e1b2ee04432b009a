/** `tessera worker`: plans points of sweeps that others ask for, through Redis. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { count } from '../flags/values.ts';
import { type ExitCode, type Session, signalCodes } from '../session.ts';
import { duration } from '../show/numbers.ts';
import type { Answer, Job } from '../sweep/job.ts';
import { serve } from '../sweep/serve.ts';

interface Flags {
  readonly redis: string;
  readonly queue: string;
  readonly jobs?: number;
}

/** Adds the command `worker`, which runs until a signal ends it, and then finishes what it is planning. */
export function addWorker(program: Command, session: Session): void {
  program
    .command('worker')
    .summary('plan points of sweeps for other machines')
    .description('Plans points of sweeps that wait in Redis (`tessera sweep --redis URL`), until Ctrl-C.')
    .requiredOption('--redis <url>', 'where they wait: redis://name:6379')
    .option('--queue <name>', 'the name of their queue', 'tessera')
    .option('--jobs <n>', 'on so many threads (default: as many as the machine runs at once)', count)
    .action(async (flags: Flags) => {
      session.exitCode = await runWorker(session, flags);
    });
}

async function runWorker(session: Session, { redis: url, queue: name, jobs }: Flags): Promise<ExitCode> {
  const stop = new AbortController();
  let ended: ExitCode = 0;
  const listening = session.io.onInterrupt?.(signal => {
    ended = signal === 'SIGINT' ? 0 : signalCodes[signal];
    session.io.err.write('ends when what it plans is done; again: ends at once\n');
    stop.abort();
  });
  const threads = jobs ?? availableParallelism();
  const served = await serve({
    address: { url, name },
    threads,
    begun: () => session.print(`waits for points at ${url}, on ${threads} ${threads === 1 ? 'thread' : 'threads'}`),
    done: (job, answer, seconds) => session.print(line(job, answer, seconds)),
    signal: stop.signal,
  });
  listening?.();
  return served.ok ? ended : session.report(served.diagnostics);
}

function line({ source, chip, options }: Job, { kind }: Answer, seconds: number): string {
  const word = { fits: 'fits', 'too-large': 'too large', refused: 'refused' }[kind];
  return `${source.name} ${options.programs?.join(' ') ?? ''} on ${chip.name}, ${chip.tiles} tiles: ${word} (${duration(seconds)})`;
}
