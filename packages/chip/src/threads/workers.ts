/** Starts workers: those of a browser, or those of Node, by the same file. */
import type { Order, Report } from './orders.ts';

/** A worker of this host. */
export interface HostWorker {
  post(order: Order, transfer?: readonly MessagePort[]): void;
  /** Called with every report, and with a `failed` when the worker itself ends or cannot be started. */
  listen(listener: (report: Report) => void): void;
  end(): void;
  /** Whether the process stays for its sake, where a process ends by itself. */
  keepsProcess(keeps: boolean): void;
}

/** What is used of `node:worker_threads`. */
interface NodeWorker {
  postMessage(order: Order, transfer?: readonly MessagePort[]): void;
  on(event: 'message' | 'error' | 'exit', listener: (value: never) => void): void;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
}

interface NodeThreads {
  readonly Worker: new (file: URL, options: { readonly execArgv: readonly string[] }) => NodeWorker;
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): NodeThreads;
}

/** `undefined` on a host that has no workers. */
export function startWorker(): HostWorker | undefined {
  const { process, document } = globalThis as { readonly process?: NodeProcess; readonly document?: unknown };
  // Asked first, as other libraries give Node a global `Worker` that is Node's own and not a browser's.
  const threads = document ? undefined : process?.getBuiltinModule?.('node:worker_threads');
  if (threads) return nodeWorker(threads);
  return typeof Worker === 'function' ? browserWorker() : undefined;
}

/**
 * A browser says nothing when a worker ends (it was terminated, or the memory was at its end), but then frees the locks it has held. Chrome takes
 * two seconds to end one that is busy.
 */
function browserWorker(): HostWorker {
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL('./thread.js', import.meta.url), { type: 'module' });
  const locks = navigator.locks as LockManager | undefined;
  const lock = locks && `tessera-thread-${crypto.randomUUID()}`;
  return {
    post: (order, transfer = []) => worker.postMessage('module' in order ? { ...order, lock } : order, [...transfer]),
    listen: listener => {
      worker.onmessage = ({ data: report }: { readonly data: Report }) => {
        listener(report);
        if (report.kind === 'ready' && lock) void locks.request(lock, () => listener(ended));
      };
      worker.onerror = ({ message = 'its file cannot be loaded' }) => listener({ kind: 'failed', reason: message });
    },
    end: () => worker.terminate(),
    keepsProcess: () => {},
  };
}

const ended: Report = { kind: 'failed', reason: 'it ended' };

function nodeWorker({ Worker }: NodeThreads): HostWorker {
  // From the sources it is a file of TypeScript. What the process was started with (loaders, for example) is of no use to it, and would cost time.
  const file = new URL(import.meta.url.replace(/\w+(\.[jt]s)$/, 'thread$1'));
  const worker = new Worker(file, { execArgv: [] });
  return {
    post: (order, transfer) => worker.postMessage(order, transfer),
    listen: listener => {
      worker.on('message', (report: Report) => listener(report));
      worker.on('error', (error: Error) => listener({ kind: 'failed', reason: error.message }));
      worker.on('exit', () => listener(ended));
    },
    end: () => void worker.terminate(),
    keepsProcess: keeps => (keeps ? worker.ref() : worker.unref()),
  };
}
