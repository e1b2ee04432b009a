/** The page's side of a run: asks the worker that runs a program, which is started when it is first asked, and ended when nobody wants its answers any more. */
import type { JsonDiagnostic } from '@tessera-dnn/diagnostics';
import type { Answered, Answers, Asked, AskOf, Told, TrainingSteps } from '../running/messages.ts';
import { reasonOf } from './planner.ts';

/** A worker of the browser, or what stands for one in a test. */
export interface RunningWorker {
  postMessage(asked: Asked): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Answered | Told }) => void) | null;
  /** Without a message where its script could not be loaded. */
  onerror: ((event: { readonly message?: string }) => void) | null;
}

/** What is wrong, as far as the page says it. */
type Fault = Pick<JsonDiagnostic, 'message' | 'help'>;

/** An answer; or why there is none. */
export type Reply<K extends keyof Answers> =
  | { readonly isDone: true; readonly value: Answers[K] }
  | { readonly isDone: false; readonly diagnostics: readonly Fault[] };

/** Who waits for an answer, and hears of what is told before it. */
interface Waiting {
  readonly answer: (answered: Pick<Answered, 'isDone' | 'value'> & { readonly diagnostics: readonly Fault[] }) => void;
  readonly progress?: (steps: TrainingSteps) => void;
}

/** Asks one worker after the other. After `end` no answer to what was asked before is ever given. */
export class Runner {
  readonly #start: () => RunningWorker;
  readonly #waiting = new Map<number, Waiting>();
  #worker: RunningWorker | undefined;
  #number = 0;

  constructor(start: () => RunningWorker) {
    this.#start = start;
  }

  /** The answer of the worker. It never comes if `end` is called before. */
  ask<K extends keyof Answers>(ask: AskOf<K>, progress?: Waiting['progress']): Promise<Reply<K>> {
    const number = ++this.#number;
    this.#worker ??= this.#listening();
    this.#worker.postMessage({ number, ask });
    return new Promise(resolve => {
      // What the worker sends is what it was asked for.
      this.#waiting.set(number, { answer: answered => resolve(answered as Reply<K>), progress });
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
      const waiting = this.#waiting.get(data.number);
      if (data.kind === 'progress') {
        waiting?.progress?.(data.progress);
        return;
      }
      this.#waiting.delete(data.number);
      waiting?.answer(data);
    };
    worker.onerror = ({ message: reason }) => {
      const waiting = [...this.#waiting.values()];
      this.end();
      const message = `What runs programs has ended: ${reasonOf(reason)}`;
      for (const { answer } of waiting) answer({ isDone: false, diagnostics: [{ message }] });
    };
    return worker;
  }
}
