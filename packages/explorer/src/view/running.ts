/** The program that is looked at, compiled and on a chip, for the cards that run and train it: they share its variables. */
import type { Order } from '../live/answer.ts';
import type { Reply, Runner } from '../live/runner.ts';
import type { Answers, AskOf, Opened, Runnable, TrainingSteps } from '../running/messages.ts';
import { programOf, type State } from './state.ts';

export interface RunningUse {
  readonly state: State;
  readonly runner: Runner;
  readonly order: () => Order;
  /** Whether the plan that is shown is that of the text and the settings: only such a one is run. */
  readonly isFresh: () => boolean;
}

/** One wish of somebody who looks at the page: what is asked for it is shown unless something else was wished for meanwhile. */
export interface Wish {
  readonly isLast: () => boolean;
  /** Says what goes on, or what is wrong. */
  readonly say: (text: string) => void;
}

/** What is run. It is compiled when it is first needed. */
export class Running {
  readonly state: State;
  readonly #use: RunningUse;
  #opened: Opened | undefined;
  #last = 0;

  constructor(use: RunningUse) {
    this.state = use.state;
    this.#use = use;
  }

  /** Another wish, after which the answers to all before are shown nowhere. */
  wish(say: (text: string) => void): Wish {
    const mine = ++this.#last;
    return { say, isLast: () => mine === this.#last };
  }

  /** The answer, unless there is none: then that is said. */
  async ask<K extends keyof Answers>(
    ask: AskOf<K>,
    { isLast, say }: Wish,
    progress?: (steps: TrainingSteps) => void,
  ): Promise<Answers[K] | undefined> {
    const reply: Reply<K> = await this.#use.runner.ask<K>(ask, progress);
    if (!isLast()) return undefined;
    if (reply.isDone) return reply.value;
    say(reply.diagnostics.map(({ message, help }) => (help ? `${message} (${help})` : message)).join('; '));
    return undefined;
  }

  /** The program that is looked at, once it is on a chip; undefined where it cannot be run, which is said. */
  async program(wish: Wish): Promise<{ readonly program: Runnable; readonly kinds: number } | undefined> {
    const opened = await this.#open(wish);
    if (!opened) return undefined;
    const { name } = programOf(this.state.choice);
    const program = opened.programs.find(each => each.name === name);
    wish.say(program ? '' : 'Choose a model or a train on top: what prepares is run with each of them.');
    return program && { program, kinds: opened.kinds };
  }

  /** Another text or other settings: what runs is of no interest any more. */
  end(): void {
    this.#last++;
    this.#opened = undefined;
    this.#use.runner.end();
  }

  async #open(wish: Wish): Promise<Opened | undefined> {
    if (this.#opened) return this.#opened;
    if (!this.#use.isFresh()) {
      wish.say('There is no plan of this text yet.');
      return undefined;
    }
    wish.say('compiling …');
    const made = await this.ask<'open'>({ kind: 'open', order: this.#use.order() }, wish);
    if (!made) return undefined;
    this.#opened = made;
    // From now on the views show the plan that runs, with its code to the byte.
    this.state.replace(made.explored);
    return made;
  }
}
