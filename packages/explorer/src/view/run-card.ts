/** Runs the program that is looked at, in a worker: steps through its phases, forward and back, and shows what it gives. */
import { none, numberOf } from '../data/explored.ts';
import type { Order } from '../live/answer.ts';
import type { Reply, Runner } from '../live/runner.ts';
import type { Answers, AskOf, Moment, Opened } from '../running/messages.ts';
import { element } from './dom.ts';
import { runInputs } from './run-inputs.ts';
import { programOf, type State } from './state.ts';
import { tensorPicture } from './tensor-picture.ts';

export interface RunCard {
  readonly element: HTMLElement;
  /** Another text or other settings: what was run is of no interest any more. */
  readonly reset: () => void;
}

export interface RunCardUse {
  readonly state: State;
  readonly runner: Runner;
  readonly order: () => Order;
  /** Whether the plan that is shown is that of the text and the settings: only such a one is run. */
  readonly isFresh: () => boolean;
}

/** The card. What it learns stands in the state, from where the other views have it. */
export function runCard({ state, runner, order, isFresh }: RunCardUse): RunCard {
  let opened: Opened | undefined;
  let moment: Moment | undefined;
  /** Counts what was asked for and given up: an answer to an earlier wish is shown nowhere. */
  let wish = 0;
  const note = element('p', { class: 'note', role: 'status' });
  const inputs = runInputs(() => {
    if (moment) void run();
  });
  const outputs = element('div', { class: 'outputs' });
  const where = element('span', { class: 'note', attributes: { 'aria-live': 'polite' } });
  const slider = element('input', {
    attributes: { type: 'range', min: '0', step: '1', 'aria-label': 'Phases that have been run' },
    on: { input: () => void go(slider.valueAsNumber) },
  });
  const button = (text: string, title: string, click: () => void) =>
    element('button', { title, attributes: { type: 'button', 'aria-label': title }, on: { click } }, text);
  const doneNow = () => moment?.done ?? 0;
  const steps = [
    button('|◂', 'back to the start', () => void go(0)),
    button('◂', 'a phase back', () => void go(doneNow() - 1)),
    button('▸', 'a phase on', () => void go(doneNow() + 1)),
    button('▸|', 'on to the end', () => void go(Number.POSITIVE_INFINITY)),
    button('to the chosen phase', 'run up to the phase that is chosen in the other views, that one included', () => {
      const { phase } = state.choice;
      if (phase !== none) void go(phase + 1);
    }),
  ];
  const start = element(
    'button',
    { class: 'primary', attributes: { type: 'button' }, on: { click: () => void run() } },
    'Run',
  );
  const anew = button('new parameters', 'draw parameters and states anew, by the seed', () => void draw());
  const stepping = element('div', { class: 'stepping' }, ...steps, slider, where);
  const whole = element(
    'section',
    { class: 'card run' },
    element('header', {}, start, anew, note),
    element('div', { class: 'details' }, stepping, inputs.element, outputs),
  );

  /** Asks, and gives the value unless something else was wished for meanwhile. What is wrong is told. */
  async function asked<K extends keyof Answers>(ask: AskOf<K>, mine: number): Promise<Answers[K] | undefined> {
    const reply: Reply<K> = await runner.ask<K>(ask);
    if (mine !== wish) return undefined;
    if (reply.isDone) return reply.value;
    note.textContent = reply.diagnostics
      .map(({ message, help }) => (help ? `${message} (${help})` : message))
      .join('; ');
    return undefined;
  }

  async function open(mine: number): Promise<Opened | undefined> {
    if (opened) return opened;
    if (!isFresh()) {
      note.textContent = 'There is no plan of this text yet.';
      return undefined;
    }
    note.textContent = 'compiling …';
    const made = await asked<'open'>({ kind: 'open', order: order() }, mine);
    if (!made) return undefined;
    opened = made;
    note.textContent = '';
    state.replace(made.explored);
    return made;
  }

  /** Begins with the inputs as they are; nothing has been run then. */
  async function begin(mine: number): Promise<Moment | undefined> {
    const made = await open(mine);
    if (!made) return undefined;
    const { name } = programOf(state.choice);
    const program = made.programs.find(each => each.name === name);
    if (!program) {
      note.textContent = 'Choose a model or a train on top: what prepares is run with each of them.';
      return undefined;
    }
    inputs.show(program, made.kinds);
    note.textContent = '';
    return asked<'begin'>({ kind: 'begin', program: name, inputs: inputs.values() }, mine);
  }

  async function run(): Promise<void> {
    const mine = ++wish;
    const begun = await begin(mine);
    if (!begun) return;
    show(await asked<'go'>({ kind: 'go', done: Number.POSITIVE_INFINITY }, mine));
  }

  async function go(done: number): Promise<void> {
    const mine = ++wish;
    if (!moment && !(await begin(mine))) return;
    show(await asked<'go'>({ kind: 'go', done: Math.max(0, done) }, mine));
  }

  async function draw(): Promise<void> {
    const mine = ++wish;
    if (!(await open(mine))) return;
    await runner.ask<'draw'>({ kind: 'draw', seed: 1 + Math.floor(Math.random() * 1e6) });
    if (mine === wish) await run();
  }

  function show(next: Moment | undefined): void {
    if (!next) return;
    moment = next;
    const program = programOf(state.choice);
    const { done, milliseconds } = next;
    slider.max = String(program.phases);
    slider.value = String(done);
    const last = done - 1;
    where.textContent =
      done === 0
        ? 'before the first phase'
        : `after phase ${numberOf(program, last)}, ${state.choice.explored.phases.names[program.firstPhase + last]}`;
    outputs.replaceChildren(...next.outputs.flatMap(tensor => [element('h3', {}, tensor.name), tensorPicture(tensor)]));
    const { buffer } = state.choice;
    state.change({
      ran: { program: next.program, done, milliseconds, runs: 1 },
      // A tensor that is looked at stays so, to see how it changes.
      ...(buffer === none && { phase: last, site: none }),
    });
  }

  function reset(): void {
    wish++;
    runner.end();
    [opened, moment] = [undefined, undefined];
    outputs.replaceChildren();
    [note.textContent, where.textContent] = ['', ''];
    [slider.value, slider.max] = ['0', '0'];
    state.change({ ran: undefined, seen: undefined });
  }

  /** What is chosen is looked into, each time that the run stands elsewhere. */
  let lookedFor = 0;
  state.listen(['explored', 'program', 'buffer', 'ran'], ({ buffer, ran }) => {
    const { name } = programOf(state.choice) ?? {};
    const mine = ++lookedFor;
    if (moment && name !== moment.program) {
      moment = undefined;
      outputs.replaceChildren();
      where.textContent = '';
      state.change({ ran: undefined, seen: undefined });
      return;
    }
    if (!ran || buffer === none) return;
    void runner.ask<'look'>({ kind: 'look', root: buffer }).then(reply => {
      if (mine === lookedFor && reply.isDone) state.change({ seen: { buffer, done: ran.done, looked: reply.value } });
    });
  });
  return { element: whole, reset };
}
