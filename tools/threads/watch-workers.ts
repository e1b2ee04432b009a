/** Lets a test see the workers that a chip starts. */
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';

type Threads = { Worker: typeof Worker };

/** The object that `process.getBuiltinModule` gives, too. */
const threads = createRequire(import.meta.url)('node:worker_threads') as Threads;
const { Worker: Original } = threads;

/** Those that are started from now on, in their order, until it is called again. */
export function watchWorkers(): readonly Worker[] {
  const started: Worker[] = [];
  threads.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  };
  return started;
}
