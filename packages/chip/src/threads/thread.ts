/**
 * What runs in a worker: one thread of an artifact. Threads from 1 on join, and stay inside the artifact until it lets them go. Thread 0 runs
 * programs for a page that must not wait; in between it watches the others, since whoever runs a program itself sees no event.
 *
 * The same file serves browsers and Node, and imports nothing of other packages, so that it is small and any bundler can take it along.
 */
import { sayLost } from './lost.ts';
import type { Order, Post, Report } from './orders.ts';

interface Parent {
  onmessage: ((event: { readonly data: Order }) => void) | null;
  postMessage(report: Report): void;
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): { readonly parentPort: Parent };
}

const { process } = globalThis as { readonly process?: NodeProcess };
const parent = process?.getBuiltinModule?.('node:worker_threads').parentPort ?? (globalThis as unknown as Parent);

/** Thread 0's own instance of the artifact. */
let programs: WebAssembly.Exports = {};
/** Kept, since a port that nobody holds is closed. */
let held: readonly MessagePort[] = [];

parent.onmessage = ({ data: order }) => {
  if ('program' in order) attempt(programs[order.program] as () => void);
  else void take(order);
};

async function take({ module, memory, words, thread, ports, lock }: Post): Promise<void> {
  held = ports;
  if (thread === 0 && words) for (const port of held) watch(port, () => sayLost(words));
  try {
    if (lock) await hold(lock);
    ({ exports: programs } = await WebAssembly.instantiate(module, { env: { memory } }));
  } catch (error) {
    return fail(error);
  }
  parent.postMessage({ kind: 'ready' });
  if (thread === 0) return;
  attempt(() => (programs['join'] as (thread: number) => void)(thread));
  // A trap is no end of the worker, so thread 0 has to be told.
  for (const port of held) port.postMessage('lost');
}

/** Node closes the port of a worker that has ended. */
function watch(port: MessagePort, lost: () => void): void {
  port.addEventListener('close', lost);
  port.onmessage = lost;
}

/** Returns when the lock is held, which it is until the worker ends. */
function hold(lock: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const forever = () => new Promise<never>(() => resolve());
    navigator.locks.request(lock, forever).catch(reject);
  });
}

/** Runs code of the artifact. */
function attempt(code: () => void): void {
  try {
    code();
    parent.postMessage({ kind: 'done' });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  parent.postMessage({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
