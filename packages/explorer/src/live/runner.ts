/** The page's side of a run: asks the worker that runs a program, which is started when it is first asked, and ended when nobody wants its answers any more. */
import type { JsonDiagnostic } from '@tessera-dnn/diagnostics';
import type { Answered, Answers, Asked, AskOf } from '../running/messages.ts';
import { reasonOf } from './planner.ts';

/** A worker of the browser, or what stands for one in a test. */
export interface RunningWorker {
  postMessage(asked: Asked): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Answered }) => void) | null;
  /** Without a message where its script could not be loaded. */
  onerror: ((event: { readonly message?: string }) => void) | null;
}

/** An answer; or why there is none. */
export type Reply<K extends keyof Answers> =
  | { readonly isDone: true; readonly value: Answers[K] }
  | { readonly isDone: false; readonly diagnostics: readonly Pick<JsonDiagnostic, 'message' | 'help'>[] };

/** Asks one worker after the other. After `end` no answer to what was asked before is ever given. */
export class Runner {
  readonly #start: () => RunningWorker;
  readonly #waiting = new Map<number, (answered: Omit<Answered, 'number'>) => void>();
  #worker: RunningWorker | undefined;
  #number = 0;

  constructor(start: () => RunningWorker) {
    this.#start = start;
  }

  /** The answer of the worker. It never comes if `end` is called before. */
  ask<K extends keyof Answers>(ask: AskOf<K>): Promise<Reply<K>> {
    const number = ++this.#number;
    this.#worker ??= this.#listening();
    this.#worker.postMessage({ number, ask });
    return new Promise(resolve => {
      // What the worker sends is what it was asked for.
      this.#waiting.set(number, answered => resolve(answered as Reply<K>));
    });
  }

  /** Ends the worker with all that it holds. The next ask starts another one. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#waiting.clear();
  }

  #listening(): RunningWorker {
    const worker = this.#start();
    worker.onmessage = ({ data }) => {
      this.#waiting.get(data.number)?.(data);
      this.#waiting.delete(data.number);
    };
    worker.onerror = ({ message }) => {
      const waiting = [...this.#waiting.values()];
      this.end();
      for (const tell of waiting)
        tell({
          isDone: false,
          diagnostics: [{ message: `What runs programs has ended: ${reasonOf(message)}` } as JsonDiagnostic],
        });
    };
    return worker;
  }
}
