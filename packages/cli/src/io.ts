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
  /** All of the standard input. */
  readonly readInput: () => Promise<string>;
  /** What file names are relative to. */
  readonly folder: string;
  /** From now on the first Ctrl-C calls `stop`, and only the second one ends the process. Gives a function that undoes this. */
  readonly onInterrupt?: (stop: () => void) => () => void;
}

/** The real ones. A reader that goes away (`tessera … | head`) ends the command without a word, a full disk with one line. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', error => quit(stream, error));
  return {
    out: streamOf(process.stdout),
    err: { ...streamOf(process.stderr), descriptor: 2 },
    readInput,
    folder: process.cwd(),
    onInterrupt,
  };
}

/** Without a listener the system's own way is back: it ends the process even in the middle of a computation. */
function onInterrupt(stop: () => void): () => void {
  process.once('SIGINT', stop);
  return () => void process.off('SIGINT', stop);
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  const isTerminal = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  // https://no-color.org: present and not empty, whatever its value.
  const hasColors = !NO_COLOR && (FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal && TERM !== 'dumb');
  // A terminal that does not know its width says 0.
  return { write: text => void stream.write(text), isTerminal, hasColors, columns: stream.columns || 100 };
}

function quit(stream: NodeJS.WriteStream, error: Error): never {
  if (codeOf(error) === 'EPIPE') process.exit();
  // What cannot be written to the standard error can be said nowhere.
  if (stream === process.stdout) process.stderr.write(`error: the standard output: ${error.message}\n`);
  process.exit(1);
}

/** The code of a system error (`ENOENT`). */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

async function readInput(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
