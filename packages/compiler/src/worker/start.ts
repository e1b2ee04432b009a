/** Starts the worker that compiles: a browser's, or one of Node, by the same file. */
import type { FromWorker, ToWorker } from './messages.ts';

/** A worker of this host. */
export interface CompilingWorker {
  post(message: ToWorker): void;
  end(): void;
}

/** Who hears of it. */
export interface Listener {
  readonly message: (message: FromWorker) => void;
  /** It could not be started, or ended before its time. */
  readonly failed: (reason: string) => void;
}

/** What is used of `node:worker_threads`. */
interface NodeWorker {
  postMessage(message: ToWorker): void;
  on(event: 'message' | 'error' | 'exit', listener: (value: never) => void): void;
  terminate(): Promise<number>;
}

interface NodeThreads {
  readonly Worker: new (file: URL, options: { readonly execArgv: readonly string[] }) => NodeWorker;
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): NodeThreads;
}

/** `undefined`, and `failed`, where the host has none or lets none be started. */
export function startCompiling(listener: Listener): CompilingWorker | undefined {
  try {
    return start(listener);
  } catch (error) {
    listener.failed(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function start(listener: Listener): CompilingWorker {
  const { process, document } = globalThis as { readonly process?: NodeProcess; readonly document?: unknown };
  // Asked first, as other libraries give Node a global `Worker` that is Node's own and not a browser's.
  const threads = document ? undefined : process?.getBuiltinModule?.('node:worker_threads');
  return threads ? inNode(threads, listener) : inBrowser(listener);
}

function inBrowser({ message, failed }: Listener): CompilingWorker {
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL('./compiling.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: { readonly data: FromWorker }) => message(data);
  worker.onerror = ({ message: reason = 'its file cannot be loaded' }) => failed(reason);
  return { post: order => worker.postMessage(order), end: () => worker.terminate() };
}

function inNode({ Worker }: NodeThreads, { message, failed }: Listener): CompilingWorker {
  // From the sources it is a file of TypeScript, which imports other packages' sources.
  const [, ending] = /\.([jt]s)$/.exec(import.meta.url) ?? [];
  const file = new URL(`./compiling.${ending}`, import.meta.url);
  const worker = new Worker(file, { execArgv: ending === 'ts' ? ['--conditions=@tessera/source'] : [] });
  worker.on('message', message);
  worker.on('error', (error: Error) => failed(error.message));
  worker.on('exit', () => failed('it ended'));
  return { post: order => worker.postMessage(order), end: () => void worker.terminate() };
}
