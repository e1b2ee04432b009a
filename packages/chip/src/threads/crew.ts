/**
 * The workers of a chip: thread 0, which runs programs for `runAsync`, and those that help whoever runs one.
 *
 * A worker can end at any time, and then nothing inside the artifact tells those that wait for it. The host tells the thread that started
 * it, which hears it unless it runs a program itself. But then thread 0 is idle, and has a port to each of the others that tells it.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, threadControl } from '@tessera-dnn/machine';
import { reasonOf } from '../foreign.ts';
import { type Failure, failed, succeeded } from '../outcome.ts';
import { isLost, sayLost } from './lost.ts';
import type { Report } from './orders.ts';
import { type HostWorker, startWorker } from './workers.ts';

/** What threads work on. */
export interface Workplace {
  readonly module: WebAssembly.Module;
  /** It can be shared. */
  readonly memory: WebAssembly.Memory;
  /** The words by which threads know of each other; absent in an artifact for one thread. */
  readonly words?: Int32Array;
}

/** Where the threads of an artifact work. */
export function workplace(module: WebAssembly.Module, memory: WebAssembly.Memory, manifest: Manifest): Workplace {
  const address = manifest.memory.threads;
  if (address === undefined) return { module, memory };
  return { module, memory, words: new Int32Array(memory.buffer, address, threadControl.bytes / 4) };
}

const crews = new FinalizationRegistry<Crew>(crew => crew.dismiss());

/** The workers of one chip; `gather` makes it. */
export class Crew {
  /** How many threads help the one that runs a program. */
  readonly helpers: number;
  readonly #words: Int32Array | undefined;
  readonly #workers: readonly HostWorker[];
  readonly #first: HostWorker;
  #lost: Failure | undefined;
  /** Ends the run that thread 0 is at. */
  #settle: ((outcome: Outcome<void>) => void) | undefined;

  constructor(workers: readonly HostWorker[], words: Int32Array | undefined) {
    this.#workers = workers;
    this.#words = words;
    this.#first = workers[0];
    this.helpers = workers.length - 1;
  }

  /** The threads end when nobody has `employer` any longer. */
  endWith(employer: object): void {
    crews.register(employer, this);
  }

  /** Why the chip can do nothing more: a thread of it is gone. */
  get lost(): Failure | undefined {
    if (!this.#lost && this.#words && isLost(this.#words)) this.lose('it ended');
    return this.#lost;
  }

  /** Thread 0 runs a program; one at a time. `trap` if its code failed, `thread-lost` if a thread is gone. */
  run(program: string): Promise<Outcome<void>> {
    if (this.lost) return Promise.resolve(this.lost);
    return new Promise(resolve => {
      this.#first.keepsProcess(true);
      this.#settle = outcome => {
        this.#settle = undefined;
        this.#first.keepsProcess(false);
        resolve(outcome);
      };
      this.#first.post({ program });
    });
  }

  /** Takes note of what a worker says after it has been at its place. */
  hear(worker: HostWorker, report: Report): void {
    const isFirst = worker === this.#first;
    if (report.kind === 'failed' && !(isFirst && this.#trapped(report.reason))) this.lose(report.reason);
    if (report.kind === 'done' && isFirst) this.#settle?.(succeeded(undefined));
  }

  /** Ends all threads, those that wait for another included. */
  lose(reason: string): void {
    const help = 'load the artifact again, and go on from a checkpoint';
    this.#end(failed('thread-lost', `a thread of the chip is lost: ${reason}`, help));
  }

  /** Ends all threads for good. */
  dismiss(): void {
    this.#end(failed('disposed', 'the chip was disposed of'));
  }

  #end(why: Failure): void {
    if (this.#lost) return;
    this.#lost = why;
    if (this.#words) sayLost(this.#words);
    this.#settle?.(why);
    for (const worker of this.#workers) worker.end();
  }

  /** A trap in a program that thread 0 ran alone. Others would go on waiting for it. */
  #trapped(reason: string): boolean {
    if (!this.#settle || this.helpers > 0) return false;
    this.#settle(failed('trap', `the artifact's code trapped: ${reason}`));
    return true;
  }
}

/** Starts thread 0 and `helpers` more, and returns when all are at their places. `fewer-threads` if this host cannot. */
export async function gather(workplace: Workplace, helpers: number): Promise<Outcome<Crew>> {
  if (!canShare())
    return failed('fewer-threads', 'this page is not cross-origin isolated, so the chip runs on one thread', isolate);
  const started: HostWorker[] = [];
  try {
    for (let thread = 0; thread <= helpers; thread++) {
      const worker = startWorker();
      if (!worker) return failed('fewer-threads', 'this host has no workers, so the chip runs on one thread');
      started.push(worker);
    }
    const crew = new Crew(started, workplace.words);
    await Promise.all(assign(crew, started, workplace));
    return succeeded(crew);
  } catch (error) {
    for (const worker of started) worker.end();
    const message = `the chip runs on one thread, since its workers cannot be started: ${reasonOf(error)}`;
    return failed('fewer-threads', message);
  }
}

const isolate = 'serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

/** Whether this host lets threads share a memory: a page has to be isolated from others. */
function canShare(): boolean {
  const { crossOriginIsolated = true } = globalThis as { readonly crossOriginIsolated?: boolean };
  return crossOriginIsolated && typeof SharedArrayBuffer === 'function';
}

/** Sends each worker to its place, and listens to it. */
function assign(crew: Crew, workers: readonly HostWorker[], workplace: Workplace): readonly Promise<void>[] {
  const channels = workers.slice(1).map(() => new MessageChannel());
  const ports = [channels.map(({ port1 }) => port1), ...channels.map(({ port2 }) => [port2])];
  return workers.map((worker, thread) => {
    const arrived = new Promise<void>((resolve, reject) => {
      let isThere = false;
      worker.listen(report => {
        if (isThere) return crew.hear(worker, report);
        isThere = report.kind === 'ready';
        if (report.kind === 'failed') reject(new Error(report.reason));
        else worker.keepsProcess(false);
        resolve();
      });
    });
    worker.post({ ...workplace, thread, ports: ports[thread] }, ports[thread]);
    return arrived;
  });
}
