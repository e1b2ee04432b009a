/** What the command sees of the world besides files: two streams and a folder. Tests give their own, so that `main` runs in-process. */
import process from 'node:process';

export interface Stream {
  readonly write: (text: string) => void;
  /** Whether a person is looking. Only then is progress shown. */
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  /** The number of its open file, if it has one. A second thread draws the progress there. */
  readonly descriptor?: number;
  /** How many characters a line has room for. */
  readonly columns: number;
}

export interface Io {
  /** Results: what another program may read. */
  readonly out: Stream;
  /** Diagnostics and progress. */
  readonly err: Stream;
  /** The standard input up to its end, or its first `limitBytes` if there is more: it may have no end. */
  readonly readInput: (limitBytes: number) => Promise<Uint8Array>;
  /** The folder that file names are relative to. */
  readonly folder: string;
  /**
   * From this call on, a signal that asks the process to end calls `stop` instead, once; only a second Ctrl-C ends the process. A closed
   * output (a pipe whose reader has ended) does not end it either. Returns a function that gives signals back their usual effect.
   */
  readonly onInterrupt?: (stop: (signal: Signal) => void) => () => void;
}

/** Ctrl-C, `kill`, and a terminal that is closed. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * The streams of this process. If the reader of its output ends (`tessera … | head`), the command ends silently; if the output cannot be
 * written, for example on a full disk, it ends with one line. A command that has called `onInterrupt` goes on in both cases, since what it
 * makes is worth more than what it prints.
 */
export function processIo(): Io {
  let mustGoOn = false;
  const broken = new Set<NodeJS.WriteStream>();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if (!mustGoOn) quit(stream, error);
      broken.add(stream);
    });
  }
  return {
    out: streamOf(process.stdout, broken),
    err: { ...streamOf(process.stderr, broken), descriptor: 2 },
    readInput,
    folder: process.cwd(),
    onInterrupt: stop => {
      mustGoOn = true;
      return onSignals(stop);
    },
  };
}

const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** One Ctrl-C may arrive twice: from the terminal, and handed on by the parent process. Within this time it counts once. */
const echoMilliseconds = 300;

/**
 * After the first signal the listener for Ctrl-C is taken away, so that a second one ends the process even in the middle of a computation.
 * The other signals keep theirs: they often come in pairs when a terminal or the system goes down, and leave time to save.
 */
function onSignals(stop: (signal: Signal) => void): () => void {
  let isStopping = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.off('SIGINT', listener), echoMilliseconds).unref();
    stop(signal as Signal);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

function streamOf(stream: NodeJS.WriteStream, broken: ReadonlySet<NodeJS.WriteStream>): Stream {
  const isTerminal = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  // https://no-color.org: present and not empty, whatever its value.
  const hasColors = !NO_COLOR && (FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal && TERM !== 'dumb');
  // A terminal that does not know its width reports 0.
  const write = (text: string): void => void (broken.has(stream) || stream.write(text));
  return { write, isTerminal, hasColors, columns: stream.columns || 100 };
}

function quit(stream: NodeJS.WriteStream, error: Error): never {
  if (codeOf(error) === 'EPIPE') process.exit();
  // If the standard error itself cannot be written, there is nowhere to say so.
  if (stream === process.stdout) process.stderr.write(`error: the standard output: ${error.message}\n`);
  process.exit(1);
}

/** The code of a system error (`ENOENT`). */
export function codeOf(error: unknown): string | undefined {
  // `instanceof Error` would miss errors of another realm, such as those of a script that runs under a time limit.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

async function readInput(limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = limitBytes;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    left -= chunk.length;
    if (left <= 0) break;
  }
  return Buffer.concat(chunks).subarray(0, limitBytes);
}
