/**
 * Calls the functions of an instantiated artifact, one at a time: on the thread that asks, with others that help it; or on a worker, while the
 * asking thread does other things.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { ManifestProgram } from '@tessera-dnn/machine';
import { type Failure, failed, succeeded } from './outcome.ts';
import type { pauses } from './pause.ts';
import type { Crew } from './threads/crew.ts';
import { mayWait } from './threads/may-wait.ts';

/**
 * Calls `code`, which is the artifact's, on behalf of the host, and may stop it: WebAssembly has no limit on time, and code from
 * elsewhere may loop for ever. A trap is thrown on. After a stop the chip's memory is in no defined state.
 */
export type Caller = (code: () => void) => Outcome<void>;

const unlimited: Caller = code => {
  code();
  return succeeded(undefined);
};

/** The functions that every artifact exports, apart from its programs. */
interface Exports {
  readonly init: (seed: number) => void;
  readonly load: () => void;
  readonly read: (variable: number) => void;
  readonly write: (variable: number) => void;
  readonly step: (program: number, phase: number, firstSlot: number, endSlot: number) => void;
}

/** An instance, and who runs it. */
export interface Instance {
  readonly exports: WebAssembly.Exports;
  /** Of all tiles together. */
  readonly slots: number;
  readonly call?: Caller;
  /** Starts a worker that runs programs, and more that help. Absent where they could not share the memory. */
  readonly recruit?: (helpers: number) => Promise<Outcome<Crew>>;
}

/** Runs the code of one chip. All its methods return diagnostics, and none throws. */
export class Runner {
  readonly functions: Exports;
  readonly slots: number;
  readonly #programs: WebAssembly.Exports;
  readonly #call: Caller;
  #recruit: Instance['recruit'];
  #crew: Crew | undefined;
  /** Why no call can be made now. */
  #closed: Failure | undefined;
  /** When the last run that was asked for by `inTurn` is over. */
  #last: Promise<unknown> = Promise.resolve();
  #pause: ReturnType<typeof pauses> | undefined;

  constructor({ exports, slots, call = unlimited, recruit }: Instance) {
    this.slots = slots;
    this.functions = exports as unknown as Exports;
    this.#programs = exports;
    this.#call = call;
    this.#recruit = recruit;
  }

  /** How many threads run a program. */
  get threads(): number {
    return 1 + (this.#crew?.helpers ?? 0);
  }

  /** Why the chip cannot be used now: `chip-busy`, `thread-lost` or `disposed`. */
  get fault(): Failure | undefined {
    return this.#closed ?? this.#crew?.lost;
  }

  /**
   * Starts the worker for `runApart`, and `helpers` that take part in every program from now on; returns why that cannot be. At most once:
   * where no worker starts, none will.
   */
  async enlist(helpers: number): Promise<readonly Diagnostic[]> {
    const enlisted = await this.#recruit?.(helpers);
    this.#recruit = undefined;
    if (!enlisted?.ok) return enlisted?.diagnostics ?? [];
    this.#crew = enlisted.value;
    enlisted.value.endWith(this);
    return [];
  }

  /** Calls a function of the artifact on this thread. Fails with `trap`, with what the caller's limit says, and with `fault`. */
  call(code: () => void): Outcome<void> {
    return this.fault ?? this.#guard(code);
  }

  /** Runs a program on this thread, together with its helpers; without them where this thread may not wait for them. */
  run(name: string, program: ManifestProgram): Outcome<void> {
    const { fault } = this;
    if (fault) return fault;
    if (this.threads === 1 || mayWait()) return this.#guard(this.#programs[name] as () => void);
    for (let phase = 0; phase < program.phases; phase++) {
      const stepped = this.#step(program, phase);
      if (!stepped.ok) return stepped;
    }
    return succeeded(undefined);
  }

  /** Does `run` when everything that was asked for before is done. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const ended = this.#last.then(run);
    this.#last = ended.catch(() => {});
    return ended;
  }

  /**
   * Runs a program while this thread does other things, and until then refuses every other call: on a worker where memory can be shared;
   * otherwise here, with a pause behind each phase at which 12 ms are over.
   */
  async runApart(name: string, program: ManifestProgram): Promise<Outcome<void>> {
    if (this.fault) return this.fault;
    this.#closed = failed('chip-busy', 'the chip runs a program', 'await what runAsync returns');
    try {
      if (!this.#crew) await this.enlist(0);
      return await (this.#crew ? this.#crew.run(name) : this.#runWithPauses(program));
    } finally {
      if (this.#closed.diagnostics[0].code === 'chip-busy') this.#closed = undefined;
    }
  }

  /** Ends all threads. Every later call fails with `disposed`. */
  dispose(): void {
    this.#closed = failed('disposed', 'the chip was disposed of', 'load the artifact again');
    this.#crew?.dismiss();
  }

  async #runWithPauses(program: ManifestProgram): Promise<Outcome<void>> {
    // Worklets and service workers load no code later; nor do they have a page that would wait.
    this.#pause ??= await import('./pause.ts').then(
      ({ pauses }) => pauses(),
      () => () => undefined,
    );
    for (let phase = 0; phase < program.phases; phase++) {
      const stepped = this.#step(program, phase);
      if (!stepped.ok) return stepped;
      await this.#pause();
    }
    return succeeded(undefined);
  }

  #step({ index }: ManifestProgram, phase: number): Outcome<void> {
    return this.#guard(() => this.functions.step(index, phase, 0, this.slots));
  }

  /** A sound artifact never traps, unless a thread is lost; one that was tampered with may. */
  #guard(code: () => void): Outcome<void> {
    try {
      const called = this.#call(code);
      // What was stopped leaves helpers waiting.
      if (!called.ok && this.threads > 1) this.#crew?.lose('the artifact was stopped');
      return called;
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      const { message } = error;
      if (this.threads > 1) this.#crew?.lose(message);
      return this.#crew?.lost ?? failed('trap', `the artifact's code trapped: ${message}`);
    }
  }
}
