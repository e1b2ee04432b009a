/** What the command sees of the world besides files: two streams and a folder. Tests give their own, so that `main` runs in-process. */
import process from 'node:process';

export interface Stream {
  readonly write: (text: string) => void;
  /** Whether a person is looking: only then colours and progress. */
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  /** Of the file behind it, if there is one: progress is drawn there by a thread of its own. */
  readonly descriptor?: number;
  /** Characters in a line. */
  readonly columns: number;
}

export interface Io {
  /** Results: what another program may read. */
  readonly out: Stream;
  /** Diagnostics and progress. */
  readonly err: Stream;
  /** The standard input up to its end, or its first `limitBytes` if there is more: it may have no end. */
  readonly readInput: (limitBytes: number) => Promise<Uint8Array>;
  /** What file names are relative to. */
  readonly folder: string;
  /**
   * From now on a signal that asks the process to end calls `stop` instead, once; only a second Ctrl-C ends it. And a reader of its output
   * that goes away ends nothing any more. Gives a function that undoes the first.
   */
  readonly onInterrupt?: (stop: (signal: Signal) => void) => () => void;
}

/** Ctrl-C, `kill`, and a terminal that is closed. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * The real ones. A reader that goes away (`tessera … | head`) ends the command without a word, a full disk with one line; but not a
 * command that said `onInterrupt`: what it makes is worth more than what it prints.
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
/** A signal may come twice at once: to the process, and handed on by its parent. */
const echoMilliseconds = 300;

/**
 * Without a listener the system's own way is back: Ctrl-C ends the process even in the middle of a computation. The other signals often
 * come in pairs, when a terminal or the system goes down, and leave time to save.
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
  // A terminal that does not know its width says 0.
  const write = (text: string): void => void (broken.has(stream) || stream.write(text));
  return { write, isTerminal, hasColors, columns: stream.columns || 100 };
}

function quit(stream: NodeJS.WriteStream, error: Error): never {
  if (codeOf(error) === 'EPIPE') process.exit();
  // What cannot be written to the standard error can be said nowhere.
  if (stream === process.stdout) process.stderr.write(`error: the standard output: ${error.message}\n`);
  process.exit(1);
}

/** The code of a system error (`ENOENT`). */
export function codeOf(error: unknown): string | undefined {
  // Errors of another realm, as those of a script with a clock, are no instances of ours.
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
