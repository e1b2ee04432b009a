/**
 * Plans the last text that was asked for, in a worker, while the page goes on. An answer to an earlier text is never given; a worker that is still busy with one
 * is ended after a while, as starting another is then sooner.
 */
import type { Answer, Order } from './answer.ts';

/** A worker of the browser, or what stands for one in a test. */
export interface PlanningWorker {
  postMessage(order: Order): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Answer }) => void) | null;
  /** Without a message where its script could not be loaded. */
  onerror: ((event: { readonly message?: string }) => void) | null;
}

/** For so long a worker may be busy with what nobody waits for. */
const patienceMilliseconds = 400;

/** Starts a worker when it is first asked, and tells each answer that is to the last order. */
export class Planner {
  readonly #start: () => PlanningWorker;
  readonly #tell: (answer: Answer) => void;
  #worker: PlanningWorker | undefined;
  #sequence = 0;
  /** What the worker is busy with, if it is. */
  #busyWith = 0;
  #next: Order | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(start: () => PlanningWorker, tell: (answer: Answer) => void) {
    this.#start = start;
    this.#tell = tell;
  }

  /** Whether an answer is still to come. */
  get isBusy(): boolean {
    return this.#busyWith > 0;
  }

  /** Asks for a plan; whatever was asked for before is of no interest any more. */
  ask(order: Omit<Order, 'sequence'>): void {
    this.#next = { ...order, sequence: ++this.#sequence };
    if (!this.isBusy) this.#send();
    else this.#timer ??= setTimeout(() => this.#startAnew(), patienceMilliseconds);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const order = this.#next;
    if (order === undefined) return;
    this.#next = undefined;
    this.#busyWith = order.sequence;
    this.#worker ??= this.#listening();
    this.#worker.postMessage(order);
  }

  #startAnew(): void {
    this.#timer = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#send();
  }

  #listening(): PlanningWorker {
    const worker = this.#start();
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker || data.sequence !== this.#busyWith) return;
      this.#busyWith = 0;
      if (data.sequence === this.#sequence) this.#tell(data);
      else this.#send();
    };
    worker.onerror = ({ message }) => {
      if (worker === this.#worker) this.#afterBreaking(message);
    };
    return worker;
  }

  /** A worker that cannot be loaded, or a fault of ours: the next order gets another one. Whoever waits for this one hears of it. */
  #afterBreaking(message: string | undefined): void {
    this.#worker?.terminate();
    [this.#worker, this.#busyWith] = [undefined, 0];
    if (this.#next) this.#send();
    else this.#tell({ sequence: this.#sequence, diagnostics: [], broken: reasonOf(message), milliseconds: 0 });
  }
}

/** Why a worker ended, from the message of its error event. */
export function reasonOf(message: string | undefined): string {
  return message || 'its script cannot be loaded';
}
